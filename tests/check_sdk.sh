#!/usr/bin/env bash
# What a plugin's author meets: a mistake in the source is a compiler's error that quotes the signature, and only the mistake is (the
# same source without it compiles); the notes are there whatever the compiler is told.
set -u
include=$1/include
rtffi=$2/tools/rtffi
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"

# compile LANGUAGE COMPILER: the source on standard input.
compile() {
    local standard=c++20
    [ "$1" = c ] && standard=c11
    "$2" -x "$1" -std="$standard" -I "$include" -fsyntax-only - 2>"$scratch/log"
}

# mistake NAME LANGUAGE RIGHT WRONG MESSAGE SOURCE: SOURCE with RIGHT in the place of @ compiles, and with WRONG gives MESSAGE.
mistake() {
    local name=$1 language=$2 right=$3 wrong=$4 message=$5 source=$6 why compiler compilers='g++ clang++'
    [ "$language" = c ] && compilers='gcc clang'
    for compiler in $compilers; do
        why=
        if ! compile "$language" "$compiler" <<<"${source//@/$right}"; then
            why="does not compile without the mistake: $(grep -m 1 error "$scratch/log")"
        elif compile "$language" "$compiler" <<<"${source//@/$wrong}"; then
            why="the mistake compiles"
        elif ! grep -qF "$message" "$scratch/log"; then
            why="expected \`$message\`, not: $(grep -m 1 error "$scratch/log")"
        fi
        verdict "$name ($compiler)" "$why"
    done
}

cpp='#include <rtffi/plugin.hpp>
struct Thing { std::int64_t value; };
RT_DECLARE_CLASS(Thing, "Thing")
static double half(double x) { return x / 2; }
static std::int64_t value(const Thing &t) { return t.value; }
static std::int64_t ask(const Thing &t) { return value(t); }
RT_PLUGIN("mistakes", "1.0.0", "Mistakes")'

mistake "C++: another number of parameters" c++ 'x: f64' 'x: f64, y: f64' \
    'RT_FUNCTION(half): the C++ function has another number of parameters than: m_half(x: f64, y: f64) -> f64' "$cpp
RT_FUNCTION(half, \"m_half(@) -> f64\", \"Half.\")"
mistake "C++: another type of a parameter" c++ 'f64' 'i64' \
    "RT_FUNCTION(half): a C++ parameter's type does not agree with: m_half(x: i64) -> f64" "$cpp
RT_FUNCTION(half, \"m_half(x: @) -> f64\", \"Half.\")"
mistake "C++: another type of the result" c++ ' -> f64' ' -> i64' \
    "RT_FUNCTION(half): the C++ result's type does not agree with: m_half(x: f64) -> i64" "$cpp
RT_FUNCTION(half, \"m_half(x: f64)@\", \"Half.\")"
mistake "C++: no result in the signature" c++ ' -> f64' '' \
    "RT_FUNCTION(half): the C++ result's type does not agree with: m_half(x: f64)" "$cpp
RT_FUNCTION(half, \"m_half(x: f64)@\", \"Half.\")"
mistake "C++: another class" c++ 'Thing' 'Other' \
    "RT_FUNCTION(ask): a C++ parameter's type does not agree with: m_ask(t: Other) -> i64" "$cpp
RT_FUNCTION(ask, \"m_ask(t: @) -> i64\", \"Asks.\")"
mistake "C++: a signature that does not parse" c++ 'f64' 'double' \
    'RT_FUNCTION(half): the signature does not parse: m_half(x: double) -> f64' "$cpp
RT_FUNCTION(half, \"m_half(x: @) -> f64\", \"Half.\")"
mistake "C++: a default that does not fit" c++ '1' '"one"' \
    'RT_FUNCTION(half): the signature does not parse: m_half(x: f64 = ' "$cpp
RT_FUNCTION(half, R\"(m_half(x: f64 = @) -> f64)\", \"Half.\")"
mistake "C++: a class registered under another name" c++ 'Thing' 'Ding' 'RT_CLASS: declared with another name' "$cpp
RT_CLASS(Thing, \"@\", \"A thing.\")"

c='#include <rtffi/plugin.h>
static double half(double x) { return x / 2; }
RT_PLUGIN("mistakes", "1.0.0", "Mistakes")'

listed='the type of the C function half is not the one listed after the texts'
mistake "C: another type of a parameter in the list" c 'double, double' 'double, int64_t' "$listed: double, int64_t" "$c
RT_FUNCTION(half, \"m_half(x: f64) -> f64\", \"Half.\", @)"
mistake "C: another type of the result in the list" c 'double, double' 'int64_t, double' "$listed: int64_t, double" "$c
RT_FUNCTION(half, \"m_half(x: f64) -> f64\", \"Half.\", @)"
mistake "C: another number of types in the list" c 'double, double' 'double, double, double' "$listed: double, double, double" "$c
RT_FUNCTION(half, \"m_half(x: f64) -> f64\", \"Half.\", @)"

# notes NAME COMPILER OPTION...: the sample plugin in C, compiled like that, still says what it has.
notes() {
    local name=$1 why=
    shift
    if ! "$@" -std=c11 -shared -fPIC -I "$include" -Wl,--version-script="$include/rtffi/plugin.map" "$source" -o "$scratch/librtffi_text.so" \
        2>"$scratch/log"; then
        why="does not compile: $(head -n 1 "$scratch/log")"
    elif ! "$rtffi" info "$scratch/librtffi_text.so" 2>&1 | grep -qF 'text_reversed(text: text) -> text'; then
        why="the notes are not read"
    fi
    verdict "$name" "$why"
}
source=$1/examples/plugins/text/text.c
notes "notes: gcc" gcc
notes "notes: clang" clang
notes "notes: gcc, link-time optimisation, without unused sections" gcc -O2 -flto -ffunction-sections -fdata-sections -Wl,--gc-sections
notes "notes: clang, without unused sections" clang -O2 -ffunction-sections -fdata-sections -Wl,--gc-sections
notes "notes: gcc, AddressSanitizer" gcc -fsanitize=address
notes "notes: clang, AddressSanitizer" clang -fsanitize=address
notes "notes: gcc, stripped" gcc -s

exit "$failed"
