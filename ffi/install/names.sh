# Sourced: what the shared library is called, and what the static one needs. Versions come from where they are kept.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
abi=$(sed -n 's/^pub const OUTLIVE_ABI_VERSION: u32 = \([0-9]*\);/\1/p' "$root/ffi/src/version.rs")
soname=liboutlive.so.$abi
real_name=$soname.$version
# What Rust's standard library asks of the system on Linux, as `rustc --print native-static-libs` lists it, less what every C
# compiler links by itself. tests/c/install.sh compares the two.
system_libraries="-lutil -lrt -lpthread -lm -ldl"
