/* A program with two Rust libraries. */
#include "outlive.h"

int neighbour_catches(void);

int main(void) { return neighbour_catches() == 1 && outlive_abi_version() == OUTLIVE_ABI_VERSION ? 0 : 1; }
