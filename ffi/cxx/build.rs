//! Compiles the C++ half of the bridge. Headers for programs are left below `target/cxxbridge`.

fn main() {
    cxx_build::bridge("src/lib.rs").std("c++17").include("include").compile("outlive_cxx_bridge");
    println!("cargo::rerun-if-changed=src/lib.rs");
    println!("cargo::rerun-if-changed=include/outlive/listener.hpp");
}
