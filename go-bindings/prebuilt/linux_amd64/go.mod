module outlive.dev/prebuilt/linux_amd64

go 1.24
