//go:build darwin && amd64

package prebuilt

import _ "outlive.dev/prebuilt/darwin_amd64"
