#!/usr/bin/env bash
# rtffi new: the project that it makes builds, passes its tests and is verified as it is, in each language.
set -u
build=$2
rtffi=$build/tools/rtffi
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"
# rustup, where rustc is its, keeps the compiler in the real home.
export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
export HOME=$scratch XDG_DATA_HOME=$scratch XDG_CACHE_HOME=$scratch/cache PATH=$build/tools:$PATH
unset RTFFI_PLUGIN_PATH COLUMNS
export CXXFLAGS=-O0 # the tests are compiled sooner

json "a project has its source, tests, build file, CI file and instructions" 0 \
    "d['ok'] and d['language'] == 'cpp' and set(d['files']) == {'src/hello_world.cpp', 'tests/test_hello_world.cpp', 'meson.build', 'dev', 'README.md', '.gitignore', '.github/workflows/ci.yml'}" new hello_world
verdict "no placeholder is left in it" "$(grep -rnE '@[A-Z_]+@' "$scratch/hello_world" | grep -v "'.format(" | head -n 3)"
says "in C" 0 'plain/.*src/plain.c .*cd plain && ./dev test' new plain --lang c

# tested LANGUAGE NAME: ./dev test of the project.
tested() {
    verdict "$1: ./dev test builds it, and its tests and rtffi verify pass" "$(cd "$scratch" && run 0 "$2/dev" test)$(grep -qE '^Ok: +2' "$scratch/out" || tail -n 5 "$scratch/out")"
    RTFFI_PLUGIN_PATH=$scratch/$2/build json "$1: its functions can be called" 0 "d['result'] == 4" call "$2_mean" '[3, 1, 8]'
    verdict "$1: ./dev call calls them, too" "$(run 0 "$scratch/$2/dev" call "$2_greeting" you)$(grep -q 'hello, you' "$scratch/out" || cat "$scratch/out")"
}
tested C++ hello_world
tested C plain

says "in Rust" 0 'iron_ore/.*plugin.rs .*cd iron_ore && ./dev test' new iron_ore --lang rust
verdict "Rust: ./dev test builds it, and its tests pass" "$(run 0 "$scratch/iron_ore/dev" test)$(grep -q 'test result: ok' "$scratch/out" || tail -n 5 "$scratch/out")"
verdict "Rust: ./dev test has rtffi verify it" "$(run 0 "$scratch/iron_ore/dev" test)$(grep -q 'iron_ore works' "$scratch/out" || tail -n 5 "$scratch/out")"
says "Rust: rtffi build makes a plugin of the one file" 0 'librtffi_made.so was built' build iron_ore/plugin.rs -o librtffi_made.so
RTFFI_PLUGIN_PATH=$scratch json "Rust: its functions can be called" 0 "'Ada' in d['result']" call iron_ore_greeting Ada

# Names of classes, as those of functions, are of the whole process.
says "another one in Rust" 0 'other_iron/' new other_iron --lang rust
verdict "builds, too" "$(run 0 "$scratch/other_iron/dev" build)"
# named_after PREFIX FILE: each class of the plugin begins with it.
named_after() {
    json "the classes of ${2##*/} are named after it" 0 "[c for c in d['classes'] if c['name'].startswith('$1')] == d['classes'] != []" info "$2"
}
named_after HelloWorld hello_world/build/librtffi_hello_world.so
named_after Plain plain/build/librtffi_plain.so
named_after IronOre iron_ore/build/librtffi_iron_ore.so
named_after OtherIron other_iron/build/librtffi_other_iron.so
RTFFI_PLUGIN_PATH=$scratch/iron_ore/build:$scratch/other_iron/build says "two in Rust are loaded together: the one's object is not the other's" 1 \
    'iron_ore_tally_add: argument 1 \(tally\): .*OtherIronTally.*IronOreTally' call iron_ore_tally_add 'other_iron_tally(1)' 2

sed -i 's/_mean(numbers: \[f64\])/_mean(numbers: [i64])/' "$scratch/hello_world/src/hello_world.cpp"
says "a signature that does not agree is one sentence" 1 \
    'hello_world.cpp:[0-9]+: RT_FUNCTION\(mean\): a C\+\+ parameter.s type does not agree with: hello_world_mean\(numbers: \[i64\]\) -> f64' build hello_world/src/hello_world.cpp
sed -i 's|return sum / .*|return sum;|' "$scratch/plain/src/plain.c"
verdict "a function that gives something else fails the project's tests" "$(run 1 "$scratch/plain/dev" test)$(grep -q 'FAIL' "$scratch/out" || echo 'no test fails')"

says "new --help has an example" 0 'Example: rtffi new' new --help
says "a name is needed" 2 'required' new
says "a folder that is there is left alone" 1 'there is a file or folder hello_world already' new hello_world
verdict "with all that is in it" "$([ -f "$scratch/hello_world/dev" ] || echo 'it is gone')"
says "a name must do for functions: one that does is proposed" 2 "'my-plugin' cannot be a plugin's name.*how about my_plugin\?" new my-plugin
json "also in a document" 2 "d['ok'] is False and d['error']['cause'] == 'usage' and 'my_plugin' in d['error']['message']" new my-plugin
for name in 3d _x a/b ../x 'a b' grün ''; do
    says "'$name' is no name" 2 "cannot be a plugin's name" new "$name"
done
says "a name may not be endless" 2 'longer than 60' new "$(printf 'a%.0s' {1..61})"
says "an unknown language is wrong usage" 2 'cobol' new other --lang cobol
verdict "nothing is left of what was refused" "$(cd "$scratch" && find . -maxdepth 1 -type d -not -name . -not -name cache -not -name hello_world -not -name plain -not -name iron_ore -not -name other_iron)"
mkdir "$scratch/full"
# With the signal ignored, a file that grows beyond the limit cannot be written.
verdict "a file that cannot be written is an error" "$(cd "$scratch/full" && trap '' XFSZ && ulimit -f 1 && "$rtffi" new big 2>&1 | grep -q 'big/.* cannot be written' || echo 'it is not')"
verdict "after which nothing is left" "$(ls "$scratch/full")"
exit "$failed"
