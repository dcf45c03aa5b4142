#!/usr/bin/env bash
# Rust, with rustc alone: plugins over plugin.rs, the binding that rtffi writes, the host that trains with it, and the project that
# `rtffi new --lang rust` begins with.
set -u
source=$1
build=$2
rtffi=$build/tools/rtffi
words=$build/examples/plugins/words/librtffi_words.so
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"
# Some rustc look into the home folder for the tools behind them: this is the one behind.
rustc=$(rustc --print sysroot)/bin/rustc
export HOME=$scratch XDG_DATA_HOME=$scratch LD_LIBRARY_PATH=$build/loader PATH=$build/tools:${rustc%/*}:$PATH
export RTFFI_PLUGIN_PATH=$build/tests/rust:${words%/*}:$build/examples/plugins:$build/plugins/torch:$build/plugins/torch-stub
rust() { rustc --edition 2021 -D warnings -L "$build/loader" "$@"; }
# compiled ARGUMENT...: what is wrong where it does not compile: its first error, or else all that rustc wrote.
compiled() { rust "$@" 2>log || { grep -m 1 -A 2 '^error' log || grep . log || echo 'rustc fails without a word'; } | tr '\n' '|'; }
cp "$source"/tests/rust/*.rs "$source/examples/hosts/rust/xor.rs" "$scratch"
cd "$scratch" || exit 1

# tests NAME: the #[test] functions of NAME.rs, each as one of ours.
tests() {
    local line name result
    if ! rust --test "$1.rs" -o "$1" 2>log; then
        verdict "$1.rs compiles" "$(grep -m 1 -A 2 '^error' log | tr '\n' '|')"
        return
    fi
    "./$1" >"$1.out" 2>/dev/null
    verdict "$1.rs ends" "$(grep -q '^test result: ' "$1.out" || echo "it crashes")"
    while read -r _ name _ result; do
        [ "$result" = ok ] || line=$(grep -A 2 "panicked at" "$1.out" | tr '\n' '|')
        verdict "$1.rs: ${name//_/ }" "${line-}"
        unset line
    done < <(grep '^test .* \.\.\. ' "$1.out")
}

# --- The binding
bind() { "$rtffi" bind --lang rust --file "$build/examples/plugins/librtffi_geometry.so" --file "$words" --file "$build/tests/rust/librtffi_rust_values.so" -o "$1"; }
verdict "bind writes a file" "$(bind bound.rs 2>&1)"
verdict "the binding is the same each time" "$(bind again.rs 2>&1 && cmp bound.rs again.rs 2>&1)"
verdict "the binding says how it was made" \
    "$(head -n 6 bound.rs | sed 's|^//! ||' | tr '\n' ' ' | grep -qF 'rtffi bind --lang rust --file librtffi_geometry.so --file librtffi_words.so --file librtffi_rust_values.so' || head -n 6 bound.rs)"
verdict "the binding names no folder" "$(grep -F "$build" bound.rs)"
verdict "the documentation of a function is its sentence" "$(grep -qF '/// Distance of two points, the second the origin by default.' bound.rs || echo "it is not there")"
verdict "the binding of torch is written" "$("$rtffi" bind --lang rust --plugin torch -o torch.rs 2>&1)"
tests binding
tests native
# What the functions of the binding are made of has no lifetimes, so that nobody else may have it.
for item in 'struct Value' 'struct Function' 'trait Argument' 'trait FromValue' 'trait Give' 'trait Held' 'function hold' 'function bytes' 'function callable'; do
    printf 'mod bound;\nuse bound::rtffi::%s as _;\nfn main() {}\n' "${item#* }" >private.rs
    verdict "the binding keeps its $item to itself" "$(rust --emit metadata private.rs 2>log && echo 'it does not'
        grep -qF "error[E0603]: ${item/ / \`}\` is private" log || head -n 3 log | tr '\n' '|')"
done

# --- Training
verdict "xor.rs compiles" "$(compiled xor.rs -o xor)"
says_missing() {
    if [ "$(wc -l <err)" != 1 ] || ! grep -q '^LibTorch is not available: ' err; then tr '\n' '|' <err; fi
}
verdict "xor without the torch plugin" "$(run 1 env RTFFI_PLUGIN_PATH="$scratch" ./xor)$(says_missing)"
verdict "xor with an option" "$(run 2 ./xor --steps)"
if [ -f "$build/plugins/torch/librtffi_torch.so" ]; then
    verdict "xor in Rust" "$(run 0 ./xor && cp out rust.out)"
    verdict "xor in C" "$(run 0 "$build/examples/xor_c")"
    verdict "both print the same, and so have the same loss" "$(diff out rust.out)"
    tests autograd
fi

# --- Plugins
says "verify finds nothing wrong with the sample plugin" 0 'words works' verify "$words"
says "verify finds nothing wrong with a function for each type" 0 'rust_values works' verify "$build/tests/rust/librtffi_rust_values.so"
json "words: the words of a text of any script" 0 "d['result'] == ['Ça', 'va', 'l\'été', '東京', '2']" call words_split "Ça va, l'été: «東京» 2!"
json "words: case beyond ASCII" 0 "d['result'] == 'STRASSE ΣΊΣΥΦΟΣ'" call words_upper 'straße Σίσυφος'
json "words: the most frequent first" 0 "d['result'] == [['der', 'hund', 'mann'], [2, 1, 1]]" call words_frequencies 'Der Mann, der Hund'
json "words: the distance counts letters, not bytes" 0 "d['result'] == 3" call words_distance kitten sitting
json "words: a letter with an accent is one letter" 0 "d['result'] == 2" call words_distance été ete
json "words: how similar" 0 "abs(d['result'] - 4 / 7) < 1e-12" call words_similarity kitten sitting
json "words: the nearest first" 0 "d['result'] == ['house', 'mouse']" call words_closest housee '["mouse", "house", "tree"]'
says "words: a limit that is none" 1 'words_closest: limit must be 0 or more, got -1' call words_closest a '["b"]' -1
says "a panic is an error" 1 'rv_at: it panicked: index out of bounds' call rv_at '[1]' 3
RTFFI_TEST_HARM='error in on_load' says "an error in on_load is that of the load" 1 'not today' call rv_live
RTFFI_TEST_HARM='panic in on_load' says "a panic in on_load is an error of the load" 1 'it panicked: not today' call rv_live

# --- Mistakes in a signature
verdict "plugin.rs compiles without a warning" "$(compiled --crate-type rlib --crate-name rtffi "$source/include/rtffi/plugin.rs" -o librtffi.rlib)"
# mistake NAME SIGNATURE MESSAGE: the functions below with that signature give the message.
mistake() {
    local why=
    cat >mistake.rs <<END
#![allow(dead_code)]
struct Thing;
fn half(x: f64) -> f64 { x / 2.0 }
fn pair(_: &Thing, _: &[&str]) -> Option<String> { None }
rtffi::class!(Thing, "Thing", "A thing.");
rtffi::function!(half, "m_half(x: f64 = 1e3) -> f64", "Half.");
rtffi::function!(pair, "m_pair(t: Thing, *, texts : [ text ] = []) -> text?", "Both.");
$2
END
    if rust --crate-type rlib --emit metadata --extern rtffi=librtffi.rlib mistake.rs 2>log; then
        [ -z "$3" ] || why="it compiles"
    elif [ -z "$3" ]; then
        why=$(grep -m 1 -A 4 '^error' log | tr '\n' '|')
    elif ! grep -qF "$3" log; then
        why="expected \`$3\`, not: $(grep -m 1 -A 4 '^error' log | tr '\n' '|')"
    fi
    verdict "Rust: $1" "$why"
}
mistake "no mistake" "" ""
mistake "another number of parameters" 'rtffi::function!(half, "n(x: f64, y: f64) -> f64", "");' \
    'function!(half): the Rust function has another number of parameters than: n(x: f64, y: f64) -> f64'
mistake "another type of a parameter" 'rtffi::function!(half, "n(x: i64) -> f64", "");' \
    "function!(half): a Rust parameter's type does not agree with: n(x: i64) -> f64"
mistake "an optional parameter" 'rtffi::function!(half, "n(x: f64?) -> f64", "");' \
    "function!(half): a Rust parameter's type does not agree with: n(x: f64?) -> f64"
mistake "another class" 'rtffi::function!(pair, "n(t: Other, texts: [text]) -> text?", "");' \
    "function!(pair): a Rust parameter's type does not agree with: n(t: Other, texts: [text]) -> text?"
mistake "another type of the result" 'rtffi::function!(pair, "n(t: Thing, texts: [text]) -> text", "");' \
    "function!(pair): the Rust result's type does not agree with: n(t: Thing, texts: [text]) -> text"
mistake "no result in the signature" 'rtffi::function!(half, "n(x: f64)", "");' \
    "function!(half): the Rust result's type does not agree with: n(x: f64)"
mistake "a signature that does not parse" 'rtffi::function!(half, "n(x f64) -> f64", "");' \
    'function!(half): the signature does not parse: n(x f64) -> f64'

# --- What would do harm does not compile
# harmless NAME MESSAGE <CODE
harmless() { mistake "$1" "$(cat)" "$2"; }
harmless "a reference is there during the call only" "requires that \`'call\` must outlive \`'static\`" <<'END'
fn length(text: &'static str) -> i64 { text.len() as i64 }
rtffi::function!(length, "m_length(text: text) -> i64", "The length.");
END
harmless "so is one in an array" "requires that \`'call\` must outlive \`'static\`" <<'END'
fn count(texts: &[&'static str], _: Option<&Thing>) -> i64 { texts.len() as i64 }
rtffi::function!(count, "m_count(texts: [text], t: Thing?) -> i64", "The count.");
END
harmless "a value of the caller's is not given back" 'error[E0507]: cannot move out of' <<'END'
fn same(value: &rtffi::Value) -> rtffi::Value { *value }
END
harmless "nor is a reference to it kept" 'error[E0521]: borrowed data escapes outside of function' <<'END'
thread_local!(static KEPT: std::cell::Cell<Option<&'static rtffi::Value>> = Default::default());
fn keep(value: &rtffi::Value) { KEPT.with(|kept| kept.set(Some(value))) }
END
harmless "a value is given away once" 'error[E0382]: use of moved value' <<'END'
fn twice(f: &rtffi::Callable) -> rtffi::Result<(rtffi::Value, rtffi::Value)> { let given = f.call(&[])?; Ok((given, given)) }
END
harmless "a value stays on its thread" 'cannot be sent between threads safely' <<'END'
fn elsewhere(value: rtffi::Value) { std::thread::spawn(move || drop(value)); }
END
harmless "class! alone makes classes" 'error[E0200]' <<'END'
struct Other;
impl rtffi::Class for Other {
    const NAME: &'static str = "Thing";
    fn slot() -> &'static rtffi::detail::ClassSlot { <Thing as rtffi::Class>::slot() }
}
END
harmless "and says where they lie" 'error[E0599]: no method named' <<'END'
fn other() { <Thing as rtffi::Class>::slot().store(std::ptr::null_mut(), std::sync::atomic::Ordering::Relaxed) }
END
harmless "types of parameters are those of the table" 'error[E0432]: unresolved import' <<<'use rtffi::Argument as _;'
harmless "types of results, too" 'error[E0432]: unresolved import' <<<'use rtffi::Give as _;'
cat >twins.rs <<'END'
struct One;
struct Other;
fn one() -> One { One }
fn other(_: &Other) {}
rtffi::plugin!("twins", "1.0.0", "Two types of one name");
rtffi::class!(One, "Twin", "One.");
rtffi::class!(Other, "Twin", "The other.");
rtffi::function!(one, "twins_one() -> Twin", "One.");
rtffi::function!(other, "twins_other(other: Twin)", "The other.");
END
verdict "a plugin with two types of one name compiles" "$(compiled --crate-type cdylib --crate-name twins --extern rtffi=librtffi.rlib twins.rs -o librtffi_twins.so)"
RTFFI_PLUGIN_PATH=$scratch says "and is not loaded: class_clash" 1 'two types are registered as the class Twin' call twins_one

# --- Notes, whatever the compiler is told
cat >notes.rs <<'END'
fn half(x: f64) -> f64 {
    x / 2.0
}
rtffi::plugin!("notes", "1.0.0", "Notes");
rtffi::plugin_key!("score", "7");
rtffi::function!(half, "notes_half(x: f64 = 3) -> f64", "Half.", group = "Parts");
END
notes() {
    local name=$1 why=
    shift
    if ! rust --crate-type cdylib --crate-name notes --extern rtffi=librtffi.rlib "$@" notes.rs -o librtffi_notes.so 2>log; then
        why=$(grep -m 1 -A 2 '^error' log | tr '\n' '|')
    elif [ "$("$rtffi" call notes_half 2>&1)" != 1.5 ]; then
        why="the function is not called: $("$rtffi" call notes_half 2>&1)"
    elif ! "$rtffi" info librtffi_notes.so | tr '\n' ' ' | grep -qE 'score +7 .*Parts.*notes_half\(x: f64 = 3\) -> f64 +Half\.'; then
        why="says $("$rtffi" info librtffi_notes.so | tr '\n' '|')"
    fi
    verdict "notes: $name" "$why"
}
RTFFI_PLUGIN_PATH=$scratch notes "stripped" -C strip=symbols
RTFFI_PLUGIN_PATH=$scratch notes "optimised, in one unit, without unused sections" -O -C codegen-units=1 -C link-arg=-Wl,--gc-sections

# --- The project that rtffi new begins with
cp -a "$source/tools/new/rust" hello
find hello -type f -exec sed -i 's/@NAME@/hello/g; s/@CLASS@/Hello/g' {} +
export PKG_CONFIG_PATH=$build/meson-uninstalled
project() { (cd hello && ./dev "$@" 2>&1); }
verdict "a new project passes its tests, and is verified" "$(project test >log; grep -q 'hello works' log || tail -n 3 log | tr '\n' '|')"
verdict "a new project calls its functions" "$(project call hello_greeting Ada | grep -qx '"Hello, Ada!"\|Hello, Ada!' || echo 'it does not')"
json "a new project's function is called" 0 "d['result'] == 'Hello, Ada!'" call --plugin-path "$scratch/hello/build" hello_greeting Ada
verdict "a new project without rtffi says so" "$(PKG_CONFIG_PATH='' PATH=$(dirname "$(command -v rustc)"):/usr/bin:/bin run 1 ./hello/dev test; grep -q 'rtffi is missing' err || cat err)"
exit "$failed"
