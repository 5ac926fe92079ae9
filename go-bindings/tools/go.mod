module outlive.dev/tools

go 1.26

require (
	golang.org/x/tools v0.52.0
	outlive.dev/outlive v0.0.0
)

replace outlive.dev/outlive => ../
