#!/usr/bin/env bash
# rtffi build: a source file becomes a verified plugin in one command, or a sentence says why not.
set -u
source_root=$1
build=$2
rtffi=$build/tools/rtffi
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"
export HOME=$scratch XDG_DATA_HOME=$scratch XDG_CACHE_HOME=$scratch/cache
unset RTFFI_PLUGIN_PATH CC CXX RUSTC COLUMNS

# left: what there is in the scratch folder but for sources and what the checks themselves write.
left() { (cd "$scratch" && find . -mindepth 1 -not -name '*.c*' -not -name '*.txt' -not -path './cache*' -not -name out -not -name err | sort | tr '\n' ' '); }

cat >"$scratch/halves.cpp" <<'END'
#include <rtffi/plugin.hpp>
static double half(double x) { return x / 2; }
RT_PLUGIN("halves", "1.0.0", "Halves")
RT_FUNCTION(half, "halves_half(x: f64) -> f64", "Half.")
END
sed 's/x: f64/x: text/' "$scratch/halves.cpp" >"$scratch/wrong.cpp"
cat >"$scratch/two_wrong.cpp" <<'END'
#include <rtffi/plugin.hpp>
static double half(double x) { return x / 2; }
RT_PLUGIN("halves", "1.0.0", "Halves")
RT_FUNCTION(half, "halves_half(x: f64, y: f64) -> f64", "Half.")
RT_FUNCTION(half, "halves_other(x: f64) -> i64", "Half.")
END
cat >"$scratch/halves.c" <<'END'
#include <rtffi/plugin.h>
static double half(double x) { return x / 2; }
RT_PLUGIN("halves", "1.0.0", "Halves")
RT_FUNCTION(half, "halves_half(x: f64) -> f64", "Half.", double, double)
END
sed 's/double, double)/double, int64_t)/' "$scratch/halves.c" >"$scratch/wrong.c"
sed 's/return x/retrun x/' "$scratch/halves.c" >"$scratch/misspelt.c"
sed '1a double nowhere(double x);' "$scratch/halves.c" | sed 's|return x / 2|return nowhere(x)|' >"$scratch/unlinked.c"
# Compiles, but its metadata have a function that it does not register.
sed '$a RT_NOTE(RT_NOTE_FUNCTION, "sig=halves_absent() -> i64\\0doc=None.\\0group=")' "$scratch/halves.c" >"$scratch/unfit.c"
echo "no source" >"$scratch/halves.txt"

# A mistake in a signature is one sentence, the first thing that is said, whatever the compiler.
sentence='wrong.cpp:4: RT_FUNCTION\(half\): a C\+\+ parameter.s type does not agree with: halves_half\(x: text\) -> f64; in C\+\+: double half\(std::string_view x\)'
for compiler in g++ clang++; do
    CXX=$compiler says "a wrong signature in C++ is one sentence with its line ($compiler)" 1 "^ *$sentence rtffi: wrong.cpp was not built; --verbose shows all that .* wrote $" build wrong.cpp
done
listed='wrong.c:4: the type of the C function half is not the one listed after the texts: double, int64_t'
for compiler in gcc clang; do
    CC=$compiler says "wrong types in C are one sentence with its line ($compiler)" 1 "^ *$listed rtffi: wrong.c was not built" build wrong.c
done
sed 's/x: f64/x: double/' "$scratch/halves.cpp" >"$scratch/unparsed.cpp"
says "a signature that does not parse is one sentence that says where" 1 \
    '^unparsed.cpp:4: RT_FUNCTION\(half\): the signature does not parse: halves_half\(x: double\) -> f64; .* at character [0-9]+ rtffi: unparsed.cpp was not built' build unparsed.cpp
cat >"$scratch/many.cpp" <<'END'
#include <rtffi/plugin.hpp>
struct Ring { double r; };
RT_DECLARE_CLASS(Ring, "Ring")
static int sum(const double *, int) { return 0; }
RT_PLUGIN("many", "1.0.0", "Many types")
RT_CLASS(Ring, "Ring", "A ring.")
RT_FUNCTION(sum, "many_sum(a: [f64], ring: Ring, other: Ring?, all: [Ring], out: mut [i64], n: i64?, f: fn(x: f64) -> f64) -> [text]", "A sum.")
END
says "the function that a signature describes is told" 1 \
    'in C\+\+: std::vector<std::string> sum\(std::span<const double> a, const Ring &ring, const Ring \*other, const rt::Objects<Ring> &all, std::span<std::int64_t> out, std::optional<std::int64_t> n, rt::Callable f\)' build many.cpp
says "--verbose shows the command and what the compiler wrote below" 1 "^ *cc .*wrong.c .*$listed.*static assertion failed" build wrong.c --verbose
json "two mistakes are two sentences" 1 \
    "d['ok'] is False and d['output'] is None and [(e['line'], e['message'].split(':')[0]) for e in d['errors']] == [(4, 'RT_FUNCTION(half)'), (5, 'RT_FUNCTION(half)')] and 'another number of parameters' in d['errors'][0]['message'] and 'result' in d['errors'][1]['message']" build two_wrong.cpp
# What is there and no plugin of the user's to replace.
cp "$scratch/halves.c" "$scratch/kept.c"
mkfifo "$scratch/pipe.txt"
says "the source is not replaced" 1 'kept.c is read, and would be lost' build kept.c -o ./kept.c
verdict "and is as it was" "$(cmp "$scratch/halves.c" "$scratch/kept.c" 2>&1)"
says "nor is what is no regular file" 1 'pipe.txt is no regular file: name a file to write' build kept.c -o pipe.txt
verdict "which is as it was" "$([ -p "$scratch/pipe.txt" ] || echo 'it was replaced')"
rm "$scratch/kept.c" "$scratch/pipe.txt"

# An older copy of the plugin comes first on the search path, without the function that is asked for.
mkdir -p "$scratch/cache/older" "$scratch/cache/newer"
"$rtffi" build "$scratch/halves.c" -o "$scratch/cache/older/librtffi_halves.so" >"$scratch/out" 2>&1
sed '$a static double third(double x) { return x / 3; }\nRT_FUNCTION(third, "halves_third(x: f64) -> f64", "A third.", double, double)' "$scratch/halves.c" >"$scratch/newer.c"
"$rtffi" build "$scratch/newer.c" -o "$scratch/cache/newer/librtffi_halves.so" >"$scratch/out" 2>&1
export RTFFI_PLUGIN_PATH=$scratch/cache/older:$scratch/cache/newer
says "a function that only a later file has is told, with that file" 1 \
    "no function named 'halves_third' is registered; .*newer/librtffi_halves.so has it, but another file of the plugin 'halves' comes before that one: rtffi explain halves says why" \
    call halves_third 3
says "explain says what to do" 1 "newer/librtffi_halves.so has it, but another file.*remove the file that comes first" explain halves_third
json "and with which cause" 1 "d['cause'] == 'other_file_first'" explain halves_third
unset RTFFI_PLUGIN_PATH
rm -r "$scratch/newer.c" "$scratch/cache/older" "$scratch/cache/newer"

sed '/#include/d' "$scratch/halves.cpp" >"$scratch/lacking.cpp"
sed '/#include/d' "$scratch/halves.c" >"$scratch/lacking.c"
for compiler in g++ clang++; do
    CXX=$compiler says "a source without the SDK's header is told so in C++ ($compiler)" 1 '^ *lacking.cpp:2: RT_PLUGIN is not known: the file lacks .#include <rtffi/plugin.hpp>. rtffi: ' build lacking.cpp
done
for compiler in gcc clang; do
    CC=$compiler says "and in C ($compiler)" 1 '^ *lacking.c:2: RT_PLUGIN is not known: the file lacks .#include <rtffi/plugin.h>. rtffi: ' build lacking.c
done
# The header comes by another one, as projects have it.
echo '#include <rtffi/plugin.hpp>' >"$scratch/common.cxx"
sed 's|<rtffi/plugin.hpp>|"common.cxx"|; s/"1.0.0", //' "$scratch/halves.cpp" >"$scratch/mistaken.cpp"
sed 's/"1.0.0"/version/' "$scratch/halves.cpp" >"$scratch/unversioned.cpp"
for compiler in g++ clang++; do
    for mistake in mistaken unversioned; do
        CXX=$compiler json "another mistake on that line is none of the header's ($compiler, $mistake)" 1 \
            "d['errors'] and not [e for e in d['errors'] if 'lacks' in e['message']]" build $mistake.cpp
    done
done
says "any other mistake is told as the compiler tells it" 1 'misspelt.c:2:.*error: .*retrun.*misspelt.c was not built' build misspelt.c
says "a library that is not named is told when it is built" 1 "undefined reference to .nowhere.*libraries are named after --: rtffi build unlinked.c -- -lNAME" build unlinked.c
sed '1a #include <math.h>' "$scratch/unlinked.c" | sed 's/return nowhere(x)/return nowhere(sinf((float)x))/' >"$scratch/mathless.c"
says "and which, where that is libm" 1 "undefined reference to .sinf.*rtffi build mathless.c -- -lm " build mathless.c
json "a plugin that does not verify is not written" 1 \
    "d['ok'] is False and d['output'] is None and [c['id'] for c in d['verify']['checks'] if not c['ok']] == ['registration'] and '.rtffi-build' not in str(d['verify'])" build unfit.c -o unfit.so
says "and what failed is shown" 1 'FAIL +registration .*halves_absent.*halves does not work: 1 of .*unfit.so was not written' build unfit.c -o unfit.so
verdict "nothing is left of what failed" "$(left)"

# Classes: its own, another plugin's, and nobody's.
cat >"$scratch/shapes.cpp" <<'END'
#include <rtffi/plugin.hpp>
#include <tuple>
struct Shape {};
static Shape make() { return {}; }
static double sum(double a, double b) { return a + b; }
RT_DECLARE_CLASS(Shape, "Shape")
RT_CLASS(Shape, "Shape", "A shape.")
RT_PLUGIN("shapes", "1.0.0", "Shapes")
RT_FUNCTION(make, "shapes_make() -> Shape", "One.")
RT_FUNCTION(sum, "shapes_sum(Left: f64, *, right: f64) -> f64", "Sum.")
END
sed '/^RT_CLASS/d; s/"shapes"/"forgetful"/; s/shapes_/forgetful_/' "$scratch/shapes.cpp" >"$scratch/forgetful.cpp"
cat >"$scratch/forgetful_c.c" <<'END'
#include <rtffi/plugin.h>
static int64_t apply(int64_t call) { return call; }
RT_PLUGIN("forgetful_c", "1.0.0", "Classes")
RT_FUNCTION(apply, "forgetful_c_apply(call: fn(X: [Thing?], f64) -> (Other, text)) -> i64", "Nothing.", int64_t, int64_t)
END
mkdir "$scratch/cache/shapes"
classes="[c for c in d['verify']['checks'] if c['id'] == 'classes'][0]"
json "a class that the plugin registers" 0 "${classes}['ok'] and not ${classes}['hint']" build shapes.cpp -o cache/shapes/librtffi_shapes.so
RTFFI_PLUGIN_PATH=$scratch/cache/shapes says "a parameter by keyword alone that is not given is named" 1 \
    "the parameter 'right' is not given; the function is .shapes_sum\(Left: f64, \*, right: f64\)" call shapes_sum 1
says "a class that nobody registers fails it" 1 'FAIL +classes +no plugin registers the class Shape of .forgetful_make\(\) -> Shape. .*RT_CLASS\(\.\.\., "Shape", \.\.\.\)' build forgetful.cpp
RTFFI_PLUGIN_PATH=$scratch/cache/shapes json "one of another plugin's is a warning, with what to write" 0 \
    "${classes}['ok'] and 'Shape is the plugin shapes\'s' in ${classes}['detail'] and 'RT_PLUGIN_KEY(\"needs\", \"shapes\")' in ${classes}['hint']" build forgetful.cpp -o cache/forgetful.so
sed -i '$a RT_PLUGIN_KEY("needs", "shapes >= 1.0")' "$scratch/forgetful.cpp"
RTFFI_PLUGIN_PATH=$scratch/cache/shapes json "and as it should be where it says that it needs that" 0 "${classes}['ok'] and not ${classes}['hint']" build forgetful.cpp -o cache/forgetful.so
json "classes in lists, tuples and callables are looked at, too, and no parameter is taken for one" 1 \
    "[line.split()[5] for line in ${classes}['detail'].split('\n')] == ['Other', 'Thing']" build forgetful_c.c
rm -r "$scratch/cache/shapes" "$scratch/cache/forgetful.so"

says "a plugin in C is built and verified" 0 'halves works: .*checks passed, 1 function\. librtffi_halves.so was built with cc' build halves.c
json "what was built can be called" 0 "d['result'] == 3.5" call halves_half 7 --plugin-path "$scratch"
json "in C++, under another name" 0 "d['ok'] and d['output'] == 'other.so' and d['errors'] == [] and d['verify']['functions'] == 1" build halves.cpp -o other.so
verdict "arguments after -- are the compiler's" "$(run 0 "$rtffi" build halves.c --json -o third.so -- -DNDEBUG -lm)$(grep -qF '"-DNDEBUG","-lm"],' "$scratch/out" || cat "$scratch/out")"
verdict "there is what was asked for, and no more" "$([ "$(left)" = "./librtffi_halves.so ./other.so ./third.so " ] || left)"

# A compiler that takes its time, and a signal that comes meanwhile.
printf '#!/bin/sh\nexec sleep 20\n' >"$scratch/slow.txt"
chmod +x "$scratch/slow.txt"
(cd "$scratch" && CC=$scratch/slow.txt exec "$rtffi" build halves.c -o fifth.so >out 2>err) &
building=$!
until compgen -G "$scratch/.rtffi-build-*" >/dev/null || ! kill -0 "$building"; do sleep 0.02; done
kill -TERM "$building"
wait "$building"
verdict "a signal ends it as it ends others, and nothing is left" "$([ "$? $(left)" = "143 ./librtffi_halves.so ./other.so ./third.so " ] || left)"

says "build --help has an example" 0 'Example: rtffi build' build --help
says "without a file it is wrong usage" 2 'needs the source file' build
says "a file that is not there is wrong usage" 2 'there is no file nowhere.cpp' build nowhere.cpp
says "a file that is no source is wrong usage" 2 'its name must end with .c, .cc, .cpp, .cxx or .rs' build halves.txt
json "with --json in a document" 2 "d['ok'] is False and d['error']['cause'] == 'usage' and 'nowhere.cpp' in d['error']['message']" build nowhere.cpp
says "a folder that is not there is an error" 1 'nothing can be written to /nowhere' build halves.c -o /nowhere/x.so
CC=no_such_compiler json "a compiler that is not there is an error that says how to get one" 1 \
    "d['error']['cause'] == 'no_compiler' and \"'no_such_compiler' cannot be run\" in d['error']['message'] and 'Debian: gcc' in d['error']['message']" build halves.c
json "--where tells where the headers, the library and the version script are" 0 \
    "d['include'] == '$source_root/include' and d['library'] == '$build/loader' and d['map'] == '$source_root/include/rtffi/plugin.map'" build --where include

# As it is installed: everything below one prefix, wherever that is.
prefix=$scratch/prefix
mkdir -p "$prefix/bin" "$prefix/lib"
cp "$rtffi" "$prefix/bin"
find "$build/loader" -maxdepth 1 -name 'librtffi.so*' -not -type d -exec cp -P {} "$prefix/lib" ';'
rtffi=$prefix/bin/rtffi
export LD_LIBRARY_PATH=$prefix/lib
json "without headers it says so" 1 "d['error']['cause'] == 'no_headers' and '$prefix/include/rtffi/plugin.h' in d['error']['message']" build halves.c -o fourth.so
mkdir "$prefix/include" && cp -r "$source_root/include/rtffi" "$prefix/include"
json "an installed command finds what is beside it" 0 "d == dict(include='$prefix/include', library='$prefix/lib', map='$prefix/include/rtffi/plugin.map')" build --where map
json "and builds with that" 0 "d['ok'] and '-I$prefix/include' in d['command']" build halves.c -o fourth.so
exit "$failed"
