module outlive.dev/prebuilt/windows_amd64

go 1.24
