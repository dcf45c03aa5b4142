# shellcheck shell=bash
# Style and static checks. The tools' versions are pinned, since each version formats and warns a little differently.

need_lint_tools() {
    venv lint clang-format==23.1.5 clang-tidy==23.1.4 ruff==0.17.6
    lint_tools=$PWD/build/venv/lint/bin
}

# files_named PATTERN...: the project's own files, also those not yet committed.
files_named() {
    local file patterns=()
    if has_program git && git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
            [ ! -e "$file" ] || printf '%s\n' "$file"
        done
    else
        for file in "$@"; do patterns+=(-o -path "./$file"); done
        find . -path ./build -prune -o -type f \( "${patterns[@]:1}" \) -print | sed 's|^\./||'
    fi
}

lint_failed=no

# check NAME COMMAND...
check() {
    local name=$1
    shift
    say "lint: $name"
    "$@" || {
        say "lint: $name failed"
        lint_failed=yes
    }
}

formatted() {
    local files
    mapfile -t files < <("$lint_tools/clang-format" --dry-run -Werror "$@" 2>&1 | sed -n 's/:[0-9]*:[0-9]*: error: .*//p' | sort -u)
    [ ${#files[@]} = 0 ] || {
        printf 'not formatted, which ./dev format does: %s\n' "${files[@]}"
        return 1
    }
}

cmd_lint() {
    need shellcheck has_program shellcheck
    need_toolchain
    choose_libtorch
    need_lint_tools
    local sources scripts python
    mapfile -t sources < <(files_named '*.c' '*.h' '*.cpp' '*.hpp')
    # scripts/dev/ is checked with dev, which sources it.
    mapfile -t scripts < <(files_named dev .ci/run 'tests/*.sh' 'examples/*.sh')
    mapfile -t python < <(files_named '*.py')

    check clang-format formatted "${sources[@]}"
    check shellcheck shellcheck -x -a "${scripts[@]}"
    check ruff "$lint_tools/ruff" check --quiet "${python[@]}"
    check "ruff format" "$lint_tools/ruff" format --quiet --check "${python[@]}"
    # Configuring writes the compile commands; nothing need be compiled but what writes sources.
    compile generated_sources
    check clang-tidy python3 scripts/tidy.py "$lint_tools/clang-tidy" "$folder" "${sources[@]}"
    [ "$lint_failed" = no ] || exit 1
    printf 'lint: clean\n'
}

cmd_format() {
    need python3 has_program python3
    install_missing
    need_lint_tools
    local sources python
    mapfile -t sources < <(files_named '*.c' '*.h' '*.cpp' '*.hpp')
    mapfile -t python < <(files_named '*.py')
    "$lint_tools/clang-format" -i "${sources[@]}"
    "$lint_tools/ruff" format --quiet "${python[@]}"
}
