module example.com/heapbudget

go 1.26.0

require (
	outlive.dev/outlive v0.0.0
	outlive.dev/tools v0.0.0
)

require (
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
)

replace (
	outlive.dev/outlive => ../../go-bindings
	outlive.dev/tools => ../../go-bindings/tools
)
