#!/usr/bin/env bash
# rtffi exec: programs that know nothing of rtffi find its functions with dlsym; what cannot be run so is told.
set -u
build=$2
source_root=$1
rtffi=$build/tools/rtffi
programs=$1/tests/tools
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"
export HOME=$scratch XDG_DATA_HOME=$scratch RTFFI_PLUGIN_PATH=$build/plugins/torch-stub:$build/examples/plugins
unset XDG_CACHE_HOME CC LD_PRELOAD

# An unmodified Python, not a script that stands in for it.
python=$(python3 -c 'import sys; print(sys.executable)')
find_geometry='import ctypes; f = ctypes.CDLL(None).geo_hypotenuse; f.restype = ctypes.c_double; f.argtypes = [ctypes.c_double] * 2; print(f(3, 4))'

# --- The torch plugin
for host in "$python $programs/step.py" "luajit $programs/step.lua"; do
    name=$(basename "${host%% *}")
    read -ra command <<<"$host"
    says "$name takes a step on the stub up to the first number" 1 'LibTorch is not available: ' exec "${command[@]}"
    RTFFI_PLUGIN_PATH=$scratch says "$name is told where there is no torch plugin" 1 \
        'rt_torch_tensor_from_data|no function named|AssertionError' exec "${command[@]}"
    if [ -f "$build/plugins/torch/librtffi_torch.so" ]; then
        RTFFI_PLUGIN_PATH=$build/plugins/torch says "$name takes a step with LibTorch" 0 '^w = 1\.000000 $' exec "${command[@]}"
    fi
    verdict "$name finds nothing without rtffi exec" \
        "$(run 1 "${command[@]}"; grep -qE 'undefined symbol' "$scratch/err" || echo "says $(tail -n 1 "$scratch/err")")"
done
says "every function of the torch plugin with a native form is there" 0 '^(1[5-9]|2)[0-9]+ 0 ' exec "$python" -c '
import ctypes, subprocess, sys
found = subprocess.run([sys.argv[1], "bind", "--lang", "c", "--trampolines", "--plugin", "torch"], stdout=subprocess.PIPE, text=True)
names = [line.split("(")[0].split()[-1].lstrip("*") for line in found.stdout.splitlines() if line.startswith("TORCH_API")]
print(len(names), sum(not hasattr(ctypes.CDLL(None), name) for name in names))' "$rtffi"

# --- The program's own
says "the exit status is the program's" 42 '^out ' exec sh -c 'echo out; exit 42'
says "what follows the program is the program's" 0 '^--json -h --plugin -1 $' exec sh -c 'echo "$@"' sh --json -h --plugin -1
says "the program may stand behind --" 0 '^x $' exec -- echo x
LD_PRELOAD=libm.so.6 says "what was preloaded already stays first" 0 '^libm\.so\.6:.*/librtffi\.so[.0-9]*:.*/libtorch_trampolines\.so ' \
    exec sh -c "echo \$LD_PRELOAD"
says "--json says what is set, and starts nothing" 0 \
    '^\{"ok":true,"program":"[^"]*/false","arguments":\["--x"\],"environment":\{"LD_PRELOAD":"[^"]*/libtorch_trampolines\.so","RTFFI_PLUGIN_PATH":"/nowhere:[^"]*"\}\} $' \
    --plugin-path /nowhere exec --json false --x

# A plugin may give its functions the C library's names; a program keeps those.
printf '#include <rtffi/plugin.h>\nRT_PLUGIN("libcs", "1.0.0", "Names of libc")\n' >"$scratch/libcs.c"
for name in malloc getenv sin; do
    printf 'static int64_t my_%s(int64_t a) { return 2 * a; }\nRT_FUNCTION(my_%s, "%s(a: i64) -> i64", "Twice.", int64_t, int64_t)\n' \
        "$name" "$name" "$name" >>"$scratch/libcs.c"
done
mkdir "$scratch/libcs"
verdict "a plugin with names of the C library's is built" "$(run 0 "$rtffi" build libcs.c -o libcs/librtffi_libcs.so)"
XDG_CACHE_HOME=$scratch/libcs says "a program keeps the C library's names from a plugin that has them, too" 0 '^42 $' \
    --plugin-path "$scratch/libcs" exec --plugin libcs "$python" -c 'import ctypes; print(ctypes.CDLL(None).malloc_(21))'
verdict "its binding for C compiles beside the headers of the C library" \
    "$(run 0 "$rtffi" bind --lang c --file libcs/librtffi_libcs.so -o libcs.h)$(cd "$scratch" &&
        printf '#include <math.h>\n#include <stdlib.h>\n#include "libcs.h"\n' | cc -I"$source_root/include" -fsyntax-only -x c - 2>&1 | head -n 3)"

says "exec --help has an example" 0 'Example: rtffi exec .*Exit codes: the program' exec --help

# --- What cannot be run
says "a program that is nowhere is 127" 127 "there is no program 'frobnicate' in the folders of PATH" exec frobnicate
says "a path where nothing is is 127, too" 127 'there is no program' exec "$scratch/nothing"
says "a file that is no program is 126" 126 "cannot be run: Permission denied" exec "$programs/step.py"
says "no program is wrong usage" 2 'PROGRAM is required' exec
nothing='^\{"ok":false,"error":\{"code":[0-9]+,"status":"RT_E_NOT_FOUND","cause":"not_found","message":"there is no program .nothing'
says "with --json that is a document" 127 "$nothing" exec --json nothing
says "an option of nobody's is wrong usage" 2 'nonsense' exec --nonsense true
echo 'int main(void) { return 0; }' | cc -x c -static - -o "$scratch/static"
says "a program that is linked statically is told" 126 'is linked statically: nothing can be preloaded' exec "$scratch/static"
says "also with --json" 126 '^\{"ok":false,"error":.*"cause":"not_preloadable","message":"[^"]*/static is linked statically' exec --json "$scratch/static"
echo 'int main(void) { return 0; }' | aarch64-linux-gnu-gcc -x c - -o "$scratch/foreign"
says "a program for another machine is told" 126 'for another machine' exec "$scratch/foreign"
if [ "$(id -u)" = 0 ]; then
    cp "$(type -P true)" "$scratch/raised" && chown 12345 "$scratch/raised" && chmod u+s "$scratch/raised"
    raised=$scratch/raised
else
    raised=$(type -P su)
fi
says "a set-user-ID program is told" 126 'set-user-ID.*preloads nothing' exec "$raised"

# --- Other plugins
CC=$scratch/no-compiler says "without a compiler the functions of another plugin are an error" 1 'no C compiler: .*apt install gcc' \
    exec --plugin geometry "$python" -c "$find_geometry"
CC=false says "a compiler that fails is an error, and leaves nothing" 1 'could not compile' exec --plugin geometry "$python" -c "$find_geometry"
verdict "nothing half made is kept" "$(ls "$scratch/.cache/rtffi/trampolines")"
says "the functions of another plugin are compiled" 0 '^5\.0 ' exec --plugin geometry "$python" -c "$find_geometry"
CC=false says "once" 0 '^5\.0 ' exec --plugin geometry "$python" -c "$find_geometry"
says "several plugins" 0 '^5\.0 ' exec --plugin torch --plugin text --plugin geometry "$python" -c "$find_geometry; ctypes.CDLL(None).rt_torch_available"
chmod o+w "$scratch"/.cache/rtffi/trampolines/geometry-*.so
says "a kept library that others may write is not preloaded" 1 'everybody may write .*/trampolines/geometry-' exec --plugin geometry true
says "an unknown plugin names a near one" 1 'did you mean geometry' exec --plugin geometri true
mkdir "$scratch/a blank" && cp "$build/loader/librtffi.so.0" "$build/tools/libtorch_trampolines.so" "$scratch/a blank"
LD_LIBRARY_PATH="$scratch/a blank" says "a blank in the core's path is told" 1 'no file with a blank or a colon in its path' exec true
mkdir "$scratch/installed" && cp "$build/loader/librtffi.so.0" "$build/tools/libtorch_trampolines.so" "$scratch/installed"
LD_LIBRARY_PATH=$scratch/installed says "beside librtffi.so is where torch's functions are installed" 0 "installed/libtorch_trampolines.so" exec --json true
exit "$failed"
