module outlive.dev/benches/border

go 1.24

require outlive.dev/outlive v0.0.0

replace outlive.dev/outlive => ../../go-bindings
