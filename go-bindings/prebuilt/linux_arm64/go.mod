module outlive.dev/prebuilt/linux_arm64

go 1.24
