# shellcheck shell=bash
# Running tests: meson runs them, scripts/summary.py counts what they report.

need_test_tools() {
    need_clang_runtime
    need rustc has_program rustc
    need gcc-aarch64-linux-gnu has_program aarch64-linux-gnu-gcc
    need g++-aarch64-linux-gnu has_program aarch64-linux-gnu-g++
    need binutils has_program nm
    need pkg-config has_program pkg-config
    need libsodium23 has_file '/usr/lib/*/libsodium.so.2[36]'
    need minisign has_program minisign
    need luajit has_program luajit
    has_program deno || venv deno deno==2.9.8
    need abigail-tools has_program abidiff
    need cmake has_program cmake
    need zsh has_program zsh
    need fish has_program fish
    need man-db has_program man
    # Ubuntu has it as a snap alone.
    if can_install chromium; then need chromium has_program chromium; fi
    need universal-ctags has_program ctags
    need libsqlite3-dev has_header sqlite3.h # for the example plugins
    need libeigen3-dev has_header eigen3/Eigen/Core
    install_missing
    need_docs_tools
}

# The exit status of the tests is told by summary.py, from the log.
run_suites() { "$meson" test -C "$folder" --no-rebuild "$@" >&2 || true; }

summarise() { python3 scripts/summary.py "$@"; }

cmd_test() {
    need_toolchain
    choose_libtorch
    need_test_tools
    venv python 'numpy>=2,<3' 'hatchling>=1.27,<2' 'mypy>=1.18,<3'
    compile all meson-test-prereq
    rm -f "$folder/meson-logs/testlog.json"
    run_suites "${@/#/--suite=}"
    if [ $# -gt 0 ]; then
        summarise --some "$folder"
    else
        summarise "$folder"
    fi
}

# The fault suite, whose figures go into docs/reliability.md.
cmd_faults() {
    local log status=0
    need_toolchain
    choose_libtorch
    need_test_tools
    compile all meson-test-prereq
    log=$(mktemp)
    in_build "$PWD/$folder/tests/faults/test_faults" "$@" 2>&1 | tee "$log" || status=$?
    if [ "$status" = 0 ] && [ $# -eq 0 ]; then
        python3 scripts/reliability.py docs/reliability.md <"$log"
        say "wrote docs/reliability.md"
    fi
    rm -f "$log"
    return "$status"
}

# On a machine with CUDA. What was measured there goes into docs/gpu.md, unless a test failed.
cmd_gpu_check() {
    local verdict figures status=0
    need_toolchain
    libtorch=python
    choose_libtorch
    compile all tests/torch/{test_torch,test_torch_device,gpu_overheads,libfake_libcuda.so}
    rm -f "$folder/meson-logs/testlog.json"
    RTFFI_TEST_CUDA=1 run_suites test_torch test_torch_device --test-args=--test-suite=device
    verdict=$(summarise --some "$folder") || status=$?
    printf '%s\n' "$verdict"
    [ "$status" = 0 ] || return "$status"
    say "measuring overheads"
    figures=$(in_build "$PWD/$folder/tests/torch/gpu_overheads") || status=$?
    printf '%s\n' "$figures"
    [ "$status" = 0 ] || return "$status"
    python3 scripts/gpu.py docs/gpu.md "${verdict##*$'\n'}" <<<"$figures"
    say "wrote docs/gpu.md"
}

# Reports must stop the program, else the test that caused them passes.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/scripts/dev/immortal.supp:print_suppressions=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1:report_signal_unsafe=0}

# ThreadSanitizer of gcc 12 stops at once where the kernel spreads mappings wider than it knows.
without_randomisation() {
    if [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)" -gt 28 ] && setarch -R true 2>/dev/null; then
        setarch -R "$@"
    else
        "$@"
    fi
}

# sanitize_one NAME SANITIZER: without the command, whose tests ask for memory that a sanitizer takes for itself.
sanitize_one() {
    libtorch_option=none
    folder=build/$1
    compile "-Db_sanitize=$2" -Dtools=false -Db_lundef=false -Doptimization=0 -Ddebug=true -Db_ndebug=false meson-test-prereq
    rm -f "$folder/meson-logs/testlog.json"
    say "running the core's tests with $2 sanitizer"
    without_randomisation "$meson" test -C "$folder" --no-rebuild --timeout-multiplier 5 >&2 || true
}

cmd_sanitize() {
    local which=("$@") name
    [ $# -gt 0 ] || which=(asan tsan)
    need_toolchain
    need_test_tools
    for name in "${which[@]}"; do
        case $name in
        asan) sanitize_one asan address,undefined ;;
        tsan) sanitize_one tsan thread ;;
        *) die "sanitize knows asan and tsan, not $name" ;;
        esac
    done
    summarise "${which[@]/#/build/}"
}
