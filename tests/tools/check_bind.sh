#!/usr/bin/env bash
# Generated bindings for C and C++, and trampolines: they compile without a warning, do with every type what the plugin says, and tell a plugin
# that is missing or has changed.
set -u
source_root=$1
build=$2
rtffi=$build/tools/rtffi
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"
values=$build/tests/loader/plugins/librtffi_values.so
stub=$build/plugins/torch-stub/librtffi_torch_stub.so
export HOME=$scratch XDG_DATA_HOME=$scratch LD_LIBRARY_PATH=$build/loader
warnings=(-Wall -Wextra -Wpedantic -Wconversion -Werror -I"$source_root/include" -I"$scratch" -I"$source_root/tests/tools/binding")
link=(-L"$build/loader" -lrtffi -lpthread -lm)

# The values plugin alone, and one of its name and functions that has other signatures.
mkdir "$scratch/plugins" "$scratch/changed" "$scratch/nothing"
cp "$values" "$scratch/plugins"
cat >"$scratch/changed.cpp" <<'END'
#include <rtffi/plugin.hpp>
static double half(double x, double) { return x; }
static std::int64_t boxes() { return 0; }
static std::string same(double) { return ""; }
RT_PLUGIN("values", "2.0.0", "Other signatures")
RT_FUNCTION(half, "v_half(x: f64, by: f64) -> f64", "x.")
RT_FUNCTION(boxes, "v_boxes() -> i64", "0.")
RT_FUNCTION(same, "v_same(x: f64) -> text", "Nothing.")
END

# bind LANGUAGE PLUGIN OUTPUT ARGUMENT...
bind() { "$rtffi" bind --lang "$1" --file "$2" -o "$scratch/$3" "${@:4}"; }

# compile NAME COMMAND...: fails where it does, or warns.
compile() {
    local name=$1 why=
    shift
    "$@" >"$scratch/log" 2>&1 || why=$(grep -m 1 -E 'error|undefined' "$scratch/log" || head -n 1 "$scratch/log")
    verdict "$name" "$why"
}

# program LABEL FOLDER PROGRAM [TEXT]: what it reports counts as ours; plugins are those of the folder.
program() {
    local label=$1 folder=$2 status=0
    RTFFI_PLUGIN_PATH=$scratch/$folder "$scratch/$3" "$label: " "${@:4}" >"$scratch/report" 2>&1 || status=$?
    grep -E '^(ok|FAIL) ' "$scratch/report"
    verdict "$label ends well" "$([ "$status" = 0 ] || echo "exits $status: $(tail -n 1 "$scratch/report")")"
}

# Its own signatures are quoted, and the registered ones.
missing="no function named 'v_half' is registered"
changed='v_half(x: f64, by: f64) -> f64'

bind c "$values" values_binding.h
bind c "$values" values_trampolines.c --trampolines
bind cpp "$values" values_binding.hpp
compile "the changed plugin" c++ -std=c++20 -shared -fPIC -I"$source_root/include" "$scratch/changed.cpp" -o "$scratch/changed/librtffi_values.so"

for compiler in 'gcc -std=c11' 'clang -std=c11' 'g++ -x c++ -std=c++17' 'clang++ -x c++ -std=c++17'; do
    # shellcheck disable=SC2086 # a compiler and its arguments
    compile "the binding for C, $compiler" $compiler "${warnings[@]}" "$source_root/tests/tools/binding/values.c" -o "$scratch/values_c" "${link[@]}"
done
program "binding for C" plugins values_c
program "binding for C without the plugin" nothing values_c "$missing"
program "binding for C of a plugin that changed" changed values_c "$changed"

compile "trampolines need no header of ours" gcc -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -shared -fPIC \
    "$scratch/values_trampolines.c" -o "$scratch/libvalues_trampolines.so" "${link[@]}"
compile "a program links trampolines" gcc -std=c11 -DVALUES_LINKED "${warnings[@]}" "$source_root/tests/tools/binding/values.c" \
    -o "$scratch/values_linked" -L"$scratch" -lvalues_trampolines "${link[@]}" -Wl,-rpath,"$scratch"
program "trampolines" plugins values_linked
program "trampolines without the plugin" nothing values_linked "$missing"
verdict "trampolines export each native function, and nothing else" "$(diff <(nm -D --defined-only "$scratch/libvalues_trampolines.so" |
    sed -n 's/.* T //p' | sort) <("$rtffi" info "$values" --json | python3 -c '
import json, sys
dynamic = set("v_tag_of v_same v_count_values v_count_texts v_split v_half_or_none v_four".split())
print("\n".join(sorted({f["name"] for f in json.load(sys.stdin)["functions"]} - dynamic)))') | head -n 3 | tr '\n' '|')"

for compiler in g++ clang++; do
    compile "the binding for C++, $compiler" $compiler -std=c++20 "${warnings[@]}" "$source_root/tests/tools/binding/values.cpp" \
        -o "$scratch/values_cpp" "${link[@]}"
done
program "binding for C++" plugins values_cpp
program "binding for C++ of a plugin that changed" changed values_cpp 'but registered is `v_'

# All of the torch plugin, as a C program and a C++ program that know it alone.
bind c "$stub" torch_binding.h
bind cpp "$stub" torch_binding.hpp
printf '#include "torch_binding.h"\nint main(void) { return rt_torch_available(); }\n' >"$scratch/torch.c"
printf '#include "torch_binding.hpp"\nint main() { return torch::available(); }\n' >"$scratch/torch.cpp"
compile "torch's binding for C" clang -std=c11 "${warnings[@]}" -fsyntax-only "$scratch/torch.c"
compile "torch's binding for C++" clang++ -std=c++20 "${warnings[@]}" -fsyntax-only "$scratch/torch.cpp"

for language in c cpp 'c --trampolines'; do
    # shellcheck disable=SC2086 # an option, too
    verdict "bind --lang $language is the same each time, and says how it was made" "$(
        "$rtffi" bind --lang $language --file "$stub" >"$scratch/one"
        cp "$stub" "$scratch/nothing/" && "$rtffi" bind --lang $language --file "$scratch/nothing/${stub##*/}" >"$scratch/two"
        rm "$scratch/nothing/${stub##*/}"
        cmp "$scratch/one" "$scratch/two" 2>&1
        grep -qF "Made by \`rtffi bind --lang $language --file librtffi_torch_stub.so\`" "$scratch/one" || head -n 2 "$scratch/one" | tr '\n' '|'
    )"
done
says "--trampolines are made in C alone" 2 'rtffi bind --lang c --trampolines' bind --lang cpp --trampolines --file "$values"
# Files that are there: a link's file is written, and one that cannot be written whole stays as it was.
echo old >"$scratch/old.h"
ln -s old.h "$scratch/link.h"
verdict "a link is followed" "$(run 0 "$rtffi" bind --lang c --file "$values" -o "$scratch/link.h")"
verdict "and stays a link" "$([ -L "$scratch/link.h" ] && grep -q v_twice "$scratch/old.h" || echo 'it does not')"
echo old >"$scratch/old.h"
verdict "a file that cannot be written whole is an error that says why" "$( (trap '' XFSZ && ulimit -f 1 && "$rtffi" bind --lang c --file "$stub" -o "$scratch/old.h" 2>&1) | grep -q 'old.h cannot be written: File too large' || echo 'it is not')"
verdict "after which the file is as it was, and nothing else is left" "$(grep -qx old "$scratch/old.h" || echo 'it is not'; compgen -G "$scratch/old.h.*")"
cp "$values" "$scratch/own.so"
says "a plugin is not overwritten by a report" 1 'own.so is read, and would be lost' report --no-verify --plugin-path "$scratch" -o "$scratch/own.so"
says "nor by its own binding" 1 'own.so is read, and would be lost' bind --lang c --file "$scratch/own.so" -o "$scratch/own.so"

# Texts of a plugin that would end a comment or a text of the binding's, and go on as code.
cat >"$scratch/hostile.c" <<'END'
#include <rtffi/plugin.h>
static const char *same(const char *a) { return a; }
RT_PLUGIN("hostile", "1.0\rimport os; os._exit(7)", "Doc */ \r os.exit(7) \n os.exit(7) --]] \\")
RT_FUNCTION(same, "hos_same(a: text = \"x\nos.exit(7) --\") -> text", "Doc */ \r os.exit(7)", const char *, const char *)
END
verdict "a plugin with hostile texts is made" "$(run 0 cc -shared -fPIC -I"$source_root/include" "$scratch/hostile.c" -o "$scratch/hostile.so")"
for language in c cpp lua python rust; do
    bind "$language" "$scratch/hostile.so" "hostile.as_$language"
done
compile "its binding for C compiles" cc -std=c11 "${warnings[@]}" -fsyntax-only -x c "$scratch/hostile.as_c"
compile "its binding for C++ compiles" c++ -std=c++20 "${warnings[@]}" -fsyntax-only -include "$scratch/hostile.as_cpp" -x c++ /dev/null
verdict "its binding for Lua does nothing of its own" "$(run 0 luajit -b "$scratch/hostile.as_lua" "$scratch/hostile.raw")$(grep -nE '^ *os\.exit' "$scratch/hostile.as_lua")"
verdict "nor does that for Python" "$(python3 - "$scratch/hostile.as_python" <<'END'
import ast, sys
tree = ast.parse(open(sys.argv[1]).read())
print("".join(ast.dump(node) for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "os"), end="")
END
)"
verdict "nor does that for Rust" "$(grep -nE '^ *os\.exit' "$scratch/hostile.as_rust")"
sed 's/"hostile"/"3d"/' "$scratch/hostile.c" >"$scratch/unnameable.c"
verdict "a plugin whose name is no identifier is made" "$(run 0 cc -shared -fPIC -I"$source_root/include" "$scratch/unnameable.c" -o "$scratch/unnameable.so")"
says "and no binding is made of it" 1 "no binding can be made of a plugin with the name '3d'" bind --lang c --file "$scratch/unnameable.so"

RTFFI_PLUGIN_PATH=$scratch/plugins json "a plugin that is named twice, also by another path, is taken once" 0 \
    "d['ok'] and d['functions'] == $("$rtffi" info "$values" --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["functions"]))')" \
    bind --lang c --plugin values --plugin values --file plugins/../plugins/librtffi_values.so -o twice.h
says "an output that cannot be written is an error" 1 'nowhere/x.h cannot be written' bind --lang c --file "$values" -o "$scratch/nowhere/x.h"
says "a file that is no plugin is an error" 1 'is no plugin' bind --lang c --file "$build/loader/librtffi.so"
verdict "bind --lang simple has the functions that every host may rely on" \
    "$("$rtffi" bind --lang simple --file "$stub" | python3 "$source_root/tests/tools/same_declarations.py" "$source_root/tests/torch/seed-functions.txt")"
exit "$failed"
