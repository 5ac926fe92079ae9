//go:build windows && amd64

package prebuilt

import _ "outlive.dev/prebuilt/windows_amd64"
