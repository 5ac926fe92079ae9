module outlive.dev/examples/rules

go 1.26
