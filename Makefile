# The front door. With Rust, Go, a C compiler and make installed, nothing else is done by hand.
#
#   make build   the libraries in target/release, the commands in bin
#   make demo    builds everything, runs the examples and prints verdicts with their reasons
#   make test    every test there is; STRICT=1 turns a missing optional tool into a failure
#   make bench   measurements
#   make lint    formatting and lints, warnings denied
#   make header  rewrites include/outlive.h after a change of the ABI
#   make clean   removes what was built
#
# The static library is linked by the Go bindings from a fixed place, so the target folder is fixed as well.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

export CARGO_TARGET_DIR := $(CURDIR)/target
export CGO_ENABLED := 1
export GOFLAGS ?= -mod=readonly
export STRICT ?= 0

CARGO ?= cargo
GO ?= go
CC ?= cc
export CC

RELEASE := target/release
STAMP := go-bindings/library_stamp.h
GO_MODULES := $(patsubst %/go.mod,%,$(wildcard go-bindings/go.mod go-bindings/tools/go.mod examples/*/go.mod))

# $(call need,command,what to install): one line when a required tool is missing.
need = @command -v $(1) >/dev/null 2>&1 || { echo "$(1) not found: install $(2)" >&2; exit 1; }

.PHONY: help build rust go demo test test-rust test-c test-go bench lint header clean need-rust need-go need-cc

help:
	@sed -n '/^#   make/s/^#   //p' Makefile

need-rust:
	$(call need,$(CARGO),Rust 1.88 or later)

need-go:
	$(call need,$(GO),Go 1.26 or later)

need-cc:
	$(call need,$(CC),a C compiler (gcc or clang))

build: rust go

rust: need-rust need-cc
	$(CARGO) build --release --workspace --locked
	@mkdir -p bin
	@cp -f $(RELEASE)/outlive-opt bin/outlive-opt
	@# go does not see that an archive named in linker flags has changed, but it does see a header beside the Go files.
	@printf '/* Written by make: the library this package was last built against. */\n/* %s */\n' \
	  "$$(cksum $(RELEASE)/liboutlive.a include/outlive.h | tr '\n' ' ')" > $(STAMP).new
	@cmp -s $(STAMP).new $(STAMP) && rm $(STAMP).new || mv $(STAMP).new $(STAMP)

go: need-go rust
	cd go-bindings/tools && $(GO) build -o ../../bin/outlive ./cmd/outlive

demo: build
	@echo; echo "== A module built by hand, in Go (examples/handmade)"
	@cd examples/handmade && $(GO) run .
	@echo; echo "== The same in C (examples/handmade/c)"
	@examples/handmade/c/run.sh
	@echo; echo "== Small programs, one rule each: outlive -l -why ./... (examples/rules)"
	@cd examples/rules && ../../bin/outlive -l -why ./...

test: test-rust test-c test-go

test-rust: need-rust need-cc
	$(CARGO) test --workspace --locked

test-c: build
	@tests/c/run.sh
	@examples/handmade/c/run.sh check

test-go: build
	@for module in $(GO_MODULES); do \
	  echo "go test $$module"; (cd $$module && $(GO) test ./...) || exit 1; \
	done

bench: build
	$(CARGO) bench --workspace --locked

lint: need-rust need-go need-cc
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	@unformatted=$$(gofmt -l go-bindings examples); \
	  [ -z "$$unformatted" ] || { echo "gofmt -w these:"; echo "$$unformatted"; exit 1; }
	@for module in $(GO_MODULES); do echo "go vet $$module"; (cd $$module && $(GO) vet ./...) || exit 1; done

header: need-rust
	BLESS=1 $(CARGO) test --locked -p outlive-ffi --test header

clean: need-rust
	$(CARGO) clean
	rm -rf bin $(STAMP) $(STAMP).new
