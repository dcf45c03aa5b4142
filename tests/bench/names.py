"""Writes a C file with as many functions as the look-up benchmark registers names."""

import sys

with open(sys.argv[1], "w", encoding="utf-8") as out:
    for i in range(5000):
        name = f"rt_bench_symbol_number_{i}"
        out.write(f'void {name}(void) __attribute__((visibility("default")));\nvoid {name}(void) {{}}\n')
