# shellcheck shell=bash
# Fuzzing with clang's libFuzzer: seeds lie in tests/fuzz/seeds, what a run finds new in build/fuzz/corpus.

fuzzers=(signature metadata externs calls torch_calls)

# For each fuzzer where all are run: at most so many seconds, from the same random numbers each time.
fuzz_seconds=${RTFFI_FUZZ_SECONDS:-15}
fuzz_seed=1

need_fuzz_tools() {
    need_clang_runtime
    install_missing
}

compile_fuzzers() {
    # shellcheck disable=SC2034 # compile reads them
    local libtorch_option=none folder=build/fuzz
    CC=clang CXX=clang++ compile -Dfuzz=true -Dtests=false -Dtools=false -Dexamples=false -Db_sanitize=address,undefined -Db_lundef=false \
        -Ddebug=true fuzzers
}

# The plugin of the chosen LibTorch, as it is for users: not built by clang, and without coverage.
compile_torch_plugin() {
    choose_libtorch
    compile all
}

# fuzz NAME OPTION...: one fuzzer, with libFuzzer's options.
fuzz() {
    local name=$1 program=$1 corpus=build/fuzz/corpus/$1 environment=() leaks=1
    shift
    case $name in
    calls) environment=("RTFFI_FUZZ=values,cvalues") ;;
    torch_calls)
        program=calls
        # LibTorch keeps what it made until the end.
        leaks=0
        environment=(RTFFI_FUZZ=torch "RTFFI_PLUGIN_PATH=$PWD/$folder/plugins/torch" OMP_NUM_THREADS=1)
        ;;
    esac
    mkdir -p "$corpus" build/fuzz/found
    say "fuzzing $name"
    env "${environment[@]}" \
        "ASAN_OPTIONS=detect_leaks=$leaks:allocator_may_return_null=1:max_allocation_size_mb=512:detect_odr_violation=0" \
        "${meson:?}" devenv -C build/fuzz --workdir "$PWD" \
        "$PWD/build/fuzz/tests/fuzz/fuzz_$program" "$corpus" "$PWD/tests/fuzz/seeds/$name" \
        "-artifact_prefix=$PWD/build/fuzz/found/$name-" -timeout=30 -rss_limit_mb=4096 -print_final_stats=1 "$@"
}

cmd_fuzz() {
    local name passed=0 failed=0
    need_toolchain
    need_fuzz_tools
    compile_fuzzers
    if [ $# -gt 0 ]; then
        name=$1
        shift
        [[ " ${fuzzers[*]} " = *" $name "* ]] || die "no fuzzer named $name: there are ${fuzzers[*]}"
        if [ "$name" = torch_calls ]; then compile_torch_plugin; fi
        fuzz "$name" "$@"
        return
    fi
    compile_torch_plugin
    for name in "${fuzzers[@]}"; do
        if fuzz "$name" "-max_total_time=$fuzz_seconds" "-seed=$fuzz_seed" -verbosity=0; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ]
}
