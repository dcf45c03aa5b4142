#!/usr/bin/env bash
# The programs in README.md compile without a warning, run, and print the text that stands below them; its commands work.
set -u
source_root=$1
build=$2
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"

# Writes each block ```LANGUAGE to a file of its own, numbered in the order of the page: 1.sh, 2.cpp, 3.text, ...
awk -v folder="$scratch" '
    /^```[a-z]/ { file = folder "/" ++count "." substr($0, 4); next }
    /^```/      { file = ""; next }
    file != ""  { print > file }
' "$source_root/README.md"

# check_program FILE EXPECTED COMPILER...
check_program() {
    local file=$1 expected=$2 program=${1%.*}
    shift 2
    if ! "$@" -Wall -Wextra -Wpedantic -Wconversion -Werror -I "$source_root/include" "$file" -o "$program" \
        "$build/loader/librtffi.so" -Wl,-rpath,"$build/loader" 2>"$scratch/log"; then
        echo "does not compile: $(grep -m 1 error "$scratch/log")"
    elif [ ! -f "$build/plugins/torch/librtffi_torch.so" ]; then
        # Without the plugin the programs say so, and nothing more can be asked of them.
        env HOME="$scratch" XDG_DATA_HOME="$scratch" RTFFI_PLUGIN_PATH="$scratch" "$program" >/dev/null 2>"$scratch/log" && echo "does not miss torch"
        grep -q torch "$scratch/log" || echo "does not say that torch is missing"
    elif ! "$program" >"$scratch/out" 2>"$scratch/log"; then
        echo "fails: $(head -n 1 "$scratch/log")"
    elif ! diff "$expected" "$scratch/out" >"$scratch/log"; then
        echo "prints something else than README.md says: $(head -n 1 "$scratch/out")"
    fi
}

# The block ```text that comes after a program is what it prints.
output_after() {
    local number=$1
    while [ ! -f "$scratch/$number.text" ] && [ "$number" -lt 100 ]; do number=$((number + 1)); done
    echo "$scratch/$number.text"
}

programs=0
for file in "$scratch"/*.cpp "$scratch"/*.c; do
    if [ ! -f "$file" ]; then continue; fi
    programs=$((programs + 1))
    number=${file##*/}
    expected=$(output_after "${number%.*}")
    case $file in
    *.cpp) verdict "README.md: the program in C++" "$(check_program "$file" "$expected" c++ -std=c++20)" ;;
    *.c) verdict "README.md: the program in C" "$(check_program "$file" "$expected" cc -std=c11)" ;;
    esac
done
# The lines `$ ./dev run COMMAND...`, in the build that is here. They are about the torch plugin.
for file in "$scratch"/*.console; do
    if [ ! -f "$build/plugins/torch/librtffi_torch.so" ] || [ ! -x "$build/tools/rtffi" ]; then continue; fi
    while read -r line; do
        command=${line#\$ ./dev run }
        verdict "README.md: $command" "$(PATH=$build/tools:$PATH bash -c "$command" </dev/null 2>&1 >/dev/null || echo "it fails")"
    done < <(grep '^\$ ./dev run ' "$file")
done
verdict "README.md has a program in C++ and one in C" "$([ "$programs" = 2 ] || echo "it has $programs programs")"
exit "$failed"
