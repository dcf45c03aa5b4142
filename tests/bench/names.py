"""Writes a C file with as many functions as the look-up benchmark registers names."""

import sys

with open(sys.argv[1], "w", encoding="utf-8") as out:
    for i in range(5000):
        out.write(f"void rt_bench_symbol_number_{i}(void);\nvoid rt_bench_symbol_number_{i}(void) {{}}\n")
