#!/usr/bin/env bash
# Names that a language has words for, or that two plugins have, are different in every generated binding, and each goes where it belongs.
# And what is not shown: characters that turn a line's direction, functions that Simple cannot call.
set -u
# shellcheck source=tests/tools/binding/setting.sh
. "$1/tests/tools/binding/setting.sh"
cp "$source_root"/tests/tools/binding/{names,check}.* .
warnings=(-Wall -Wextra -Wpedantic -Wconversion -Werror -I"$source_root/include" -I.)
link=(-L"$build/loader" -lrtffi -lpthread)

for name in first second; do
    [ "$name" = first ] && defined=() || defined=(-DSECOND)
    verdict "the $name plugin is made" "$(run 0 c++ -std=c++20 -shared -fPIC -I"$source_root/include" "${defined[@]}" \
        "$source_root/tests/tools/binding/names_plugin.cpp" -o "plugins/librtffi_$name.so")"
done
# bind LANGUAGE OUTPUT: of both.
bind() { verdict "a binding for $1 of two plugins" "$(run 0 "$rtffi" bind --lang "$1" --plugin first --plugin second -o "$2")"; }
# program LABEL PROGRAM: what it reports counts as ours.
program() {
    local status=0
    "$2" "$1: " >report 2>&1 || status=$?
    grep -E '^(ok|FAIL) ' report
    verdict "$1 ends well" "$([ "$status" = 0 ] || echo "exits $status: $(tail -n 1 report)")"
}

bind c names_binding.h
verdict "it compiles as C" "$(run 0 cc -std=c11 "${warnings[@]}" names.c -o names_c "${link[@]}")"
program "names in C" ./names_c
verdict "it compiles as C++" "$(run 0 c++ -x c++ -std=c++17 "${warnings[@]}" -fsyntax-only names.c)"
bind cpp names_binding.hpp
for compiler in g++ clang++; do
    verdict "it compiles, $compiler" "$(run 0 $compiler -std=c++20 "${warnings[@]}" names.cpp -o names_cpp "${link[@]}")"
done
program "names in C++" ./names_cpp
bind python names_binding.py
run 0 "$rtffi" bind --lang python --plugin first -o first_binding.py
verdict "names in Python" "$(run 0 python3 names.py)"
bind lua names_binding.lua
verdict "names in Lua" "$(run 0 luajit names.lua)"
bind rust names_binding.rs
verdict "it compiles" "$(run 0 rustc --edition 2021 -D warnings -L "$build/loader" names.rs -o names_rust)"
verdict "names in Rust" "$(run 0 ./names_rust)"
verdict "a plugin's own names are short where it is alone" "$(grep -q '^def area(side: int) -> int:' first_binding.py || echo 'they are not')"
sed 's/"second"/"other"/; s/"second_area/"first_area/' "$source_root/tests/tools/binding/names_plugin.cpp" >other.cpp
verdict "a plugin with a function of the first is made" \
    "$(run 0 c++ -std=c++20 -DSECOND -shared -fPIC -I"$source_root/include" other.cpp -o other.so)"
says "and both together are an error that names them" 1 'both first and other have the function first_area: bind them one by one' \
    bind --lang lua --plugin first --file "$scratch/other.so"

# Simple
values=$build/tests/loader/plugins/librtffi_values.so
verdict "a binding for Simple" "$(run 0 "$rtffi" bind --lang simple --plugin first --file "$values" -o lines.simple)"
verdict "standard error has the functions that Simple cannot call, with reasons" "$(diff err - <<'END' | tr '\n' '|'
rtffi: 8 of 52 functions are left out, since simple has no declaration for them:
  a tuple as the result: v_four
  dots or colons in the name: first_with.dots::in
  types that only dynamic calls have: v_count_texts, v_count_values, v_half_or_none, v_same, v_split, v_tag_of
END
)"
names() { "$rtffi" info "$1" --json | python3 -c 'import json, sys; print(*(f["name"] for f in json.load(sys.stdin)["functions"]), sep="\n")'; }
verdict "the file has the others" "$(diff <(sed -n 's/^extern fn \(\w*\)(.*/\1/p' lines.simple | sort) \
    <((names first && names "$values") | grep -vxFf <(sed -n 's/^  .*: //p' err | sed 's/, /\n/g') | sort) | tr '\n' '|')"
cp "$values" plugins
says "the core takes each of the lines" 0 '' verify first --externs "$scratch/lines.simple"
json "the count is that of the lines" 0 "d['functions'] == d['text'].count('extern fn ')" bind --lang simple --plugin values

# Characters that have an editor show code as a comment, or the other way round.
cat >hidden.c <<'END'
#include <rtffi/plugin.h>
static const char *same(const char *a) { return a; }
RT_PLUGIN("hidden", "1.0\u202e", "Doc \u202a\u202b\u202c\u202d\u202e \u2066\u2067\u2068\u2069 \u200e\u200f\u061c\u2028 é")
RT_FUNCTION(same, "hidden_same(a: text = \"\u202e\u2066 é\") -> text", "\u202e\u2066 if (admin) \u2069", const char *, const char *)
END
verdict "a plugin with such characters is made" \
    "$(run 0 cc -shared -fPIC -I"$source_root/include" hidden.c -o "plugins/librtffi_hidden.so")"
for language in c cpp lua python rust simple; do
    verdict "none is in the binding for $language" "$("$rtffi" bind --lang $language --plugin hidden -o hidden.bound && python3 - hidden.bound <<'END'
import re, sys

text = open(sys.argv[1], encoding="utf-8").read()
if found := re.findall("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028]", text):
    print(*map(ascii, found))
if "hidden_same" not in text or "é" not in text:
    print("no function or no é")
END
)"
done
says "the command says the rest" 0 'if \(admin\)' info hidden
verdict "without them" "$(grep -c $'\u202e' out | grep -vx 0)"
verdict "a text with such characters is the same in Python" "$(run 0 "$rtffi" bind --lang python --plugin hidden -o hidden_binding.py)$(run 0 \
    python3 -c '
import inspect, hidden_binding
default = inspect.signature(hidden_binding.same).parameters["a"].default
assert hidden_binding.same() == hidden_binding.same(default) == "\u202e\u2066 é"')"
exit "$failed"
