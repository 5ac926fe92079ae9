//go:build linux && amd64

package prebuilt

import _ "outlive.dev/prebuilt/linux_amd64"
