module outlive.dev/prebuilt/darwin_arm64

go 1.24
