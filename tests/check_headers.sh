#!/usr/bin/env bash
# Every public header compiles alone, and twice, without a warning: the C ones in C11 and C++, for hosts and plugins of either. So do
# sources that use what the headers have: templates and macros are read only then. Those for C++20 say so where it is less.
set -u

if [ "$1" = --one ]; then
    include=$2 header=$3 standard=$4 compiler=$5
    case $standard in
    c11) language=c ;;
    *) language=c++ ;;
    esac
    name="$header $standard $compiler"
    if [[ $header == *.hpp && $standard == c++17 ]]; then
        errors=$(printf '#include <rtffi/%s>\n' "$header" | "$compiler" -x c++ -std=c++17 -I "$include" -fsyntax-only - 2>&1 | grep 'error: ')
        if [[ $errors != *"rtffi/$header needs C++20"* || $errors == *$'\n'* ]]; then
            echo "FAIL $name is refused in one line: ${errors:-it is not}"
            exit 1
        fi
        echo "ok $name is refused in one line"
        exit
    fi
    source=$(printf '#include <rtffi/%s>\n' "$header" "$header")
    [[ $header != */* ]] || source="#include \"$include/../$header\""
    if output=$(printf '%s\nextern int nothing;\n' "$source" |
        "$compiler" -x "$language" -std="$standard" -Wall -Wextra -Wpedantic -Wconversion -Werror -I "$include" -fsyntax-only - 2>&1); then
        echo "ok $name"
    else
        echo "FAIL $name: $(grep -m 1 -E 'error|not found' <<<"$output" || echo "$output" | head -n 1)"
        exit 1
    fi
    exit
fi

include=$1/include
{
    for path in "$include"/rtffi/*.h; do
        for compiler in gcc clang aarch64-linux-gnu-gcc; do
            echo "${path##*/} c11 $compiler"
        done
        for standard in c++17 c++20; do
            for compiler in g++ clang++ aarch64-linux-gnu-g++; do
                echo "${path##*/} $standard $compiler"
            done
        done
    done
    for path in "$include"/rtffi/*.hpp; do
        for compiler in g++ clang++ aarch64-linux-gnu-g++; do
            echo "${path##*/} c++20 $compiler"
        done
        echo "${path##*/} c++17 g++"
    done
    for source in examples/plugins/text/text.c tests/loader/plugins/cvalues.c examples/hosts/c/xor.c; do
        for compiler in gcc clang aarch64-linux-gnu-gcc; do echo "$source c11 $compiler"; done
    done
    for source in examples/plugins/geometry/geometry.cpp tests/loader/plugins/values.cpp examples/xor/main.cpp; do
        for compiler in g++ clang++ aarch64-linux-gnu-g++; do echo "$source c++20 $compiler"; done
    done
} | xargs -L 1 -P "$(nproc)" "$0" --one "$include" || exit 1
