module outlive.dev/prebuilt/darwin_amd64

go 1.24
