#!/usr/bin/env bash
# Defaults are in every generated binding what they are in the core, whatever a language would make of their text.
set -u
# shellcheck source=tests/tools/binding/setting.sh
. "$1/tests/tools/binding/setting.sh"
cp "$source_root"/tests/tools/binding/defaults.* .

plugin=$scratch/plugins/librtffi_defaults.so
verdict "a plugin with defaults of every type is made" "$(run 0 c++ -std=c++20 -shared -fPIC -I"$source_root/include" \
    "$source_root/tests/tools/binding/defaults_plugin.cpp" -o "$plugin")"
# 10 as an i64 and as an f64, the least i64, -10, 1e20 (99999999999999999999), -0, what is too small, 2^53 + 1; a text of n, ", \, ??/ and
# characters that no line shows, one of brackets; arrays; what is any; what may be none.
cat >expected <<'END_OF_EXPECTED'
10 -9223372036854775808 -10 0x1.4p+3 0x1.5af1d78b58c4p+66 -0x0p+0 0x0p+0 0x1p+53 'an"\??/<0a><09><01><e2><80><ae><c3><a9><0a>' ')(, = ]' [inf,-inf,nan,0x1.4p+3,0x1.f4p+9,] [-9223372036854775808,10,7,] [true,false,] 10 0x1.f4p+9 nan 'q"' [] [0x1p+0,inf,] [true,] 10 't' 
END_OF_EXPECTED
json "the core reads them" 0 "d['result'] == open('$scratch/expected').read()[:-1]" call defaults_given

# same LANGUAGE COMMAND...: it prints what is expected, and nothing else.
same() {
    local name=$1 why
    shift
    why=$(run 0 "$@")
    [ -n "$why" ] || why=$(sort -u out | diff expected - | tr '\n' '|')
    verdict "$name" "$why"
}
bind() { verdict "the binding for $1 is written" "$(run 0 "$rtffi" bind --lang "$1" --file "$plugin" -o "$2")"; }

bind cpp defaults_binding.hpp
for compiler in g++ clang++; do
    verdict "the binding for C++ compiles, $compiler" "$(run 0 $compiler -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Werror -O2 \
        -I"$source_root/include" -I. defaults.cpp -o defaults_cpp -L"$build/loader" -lrtffi)"
    same "defaults in C++, $compiler" ./defaults_cpp
done
bind python defaults_binding.py
same "defaults in Python" python3 defaults.py
bind lua defaults_binding.lua
same "defaults in Lua" luajit defaults.lua
bind rust defaults_binding.rs
verdict "the binding for Rust compiles" "$(run 0 rustc --edition 2021 -D warnings -L "$build/loader" defaults.rs -o defaults_rust)"
same "defaults in Rust" ./defaults_rust

# Memory to be written to is the caller's.
cat >writable.c <<'END'
#include <rtffi/plugin.h>
static void fill(int64_t *out, size_t count) { if (count != 0) { out[0] = 1; } }
RT_PLUGIN("writable", "1.0.0", "A default that would be written to")
RT_PROCEDURE(fill, "w_fill(out: mut [i64] = [1])", "Fills.", void, int64_t *, size_t)
END
verdict "a plugin with a default to be written to is made" "$(run 0 cc -shared -fPIC -I"$source_root/include" writable.c -o writable.so)"
says "and is refused" 1 'does not fit the parameter.s type' bind --lang cpp --file "$scratch/writable.so"
exit "$failed"
