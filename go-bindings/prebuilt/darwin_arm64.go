//go:build darwin && arm64

package prebuilt

import _ "outlive.dev/prebuilt/darwin_arm64"
