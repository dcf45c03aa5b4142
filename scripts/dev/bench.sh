# shellcheck shell=bash
# Benchmarks: rtffi beside tvm-ffi, plain function pointers and LibTorch's own C++ API. The figures go into docs/performance.md.

cmd_bench() {
    need valgrind has_program valgrind
    need_toolchain
    choose_libtorch
    venv tvm-ffi apache-tvm-ffi==0.1.15.post2
    local tvm_ffi program log status=0
    tvm_ffi=$(compgen -G "$PWD/build/venv/tvm-ffi/lib/python3*/site-packages/tvm_ffi")
    folder=$folder-bench
    compile -Dbench=true "-Dtvm_ffi=$tvm_ffi" all
    log=$(mktemp)
    for program in "$folder"/tests/bench/bench_*; do
        if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
        say "${program##*/}"
        in_build "$PWD/$program" "$@" | tee -a "$log" || status=$?
    done
    # Of all benchmarks, on this machine, or of none.
    if [ "$status" = 0 ] && [ $# -eq 0 ]; then
        python3 scripts/performance.py docs/performance.md <"$log"
        say "wrote docs/performance.md"
    fi
    rm -f "$log"
    return "$status"
}
