module outlive.dev/prebuilt

go 1.24

require (
	outlive.dev/prebuilt/darwin_amd64 v0.0.0
	outlive.dev/prebuilt/darwin_arm64 v0.0.0
	outlive.dev/prebuilt/linux_amd64 v0.0.0
	outlive.dev/prebuilt/linux_arm64 v0.0.0
	outlive.dev/prebuilt/windows_amd64 v0.0.0
)

replace (
	outlive.dev/prebuilt/darwin_amd64 => ./darwin_amd64
	outlive.dev/prebuilt/darwin_arm64 => ./darwin_arm64
	outlive.dev/prebuilt/linux_amd64 => ./linux_amd64
	outlive.dev/prebuilt/linux_arm64 => ./linux_arm64
	outlive.dev/prebuilt/windows_amd64 => ./windows_amd64
)
