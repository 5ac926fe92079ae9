//go:build linux && arm64

package prebuilt

import _ "outlive.dev/prebuilt/linux_arm64"
