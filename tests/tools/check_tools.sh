#!/usr/bin/env bash
# The command rtffi: its answers, its exit codes, and that nothing a plugin does harms it.
set -u
build=$2
rtffi=$build/tools/rtffi
samples=$build/examples/plugins
bad=$build/tests/tools/plugins
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"
export HOME=$scratch XDG_DATA_HOME=$scratch RTFFI_PLUGIN_PATH=$samples
unset COLUMNS NO_COLOR XDG_CACHE_HOME

# answers NAME STATUS OUTPUT ARGUMENT...: what it prints on standard output is OUTPUT.
answers() {
    local name=$1 wanted=$3 why
    why=$(run "$2" "$rtffi" "${@:4}")
    [ -n "$why" ] || [ "$(cat "$scratch/out")" = "$wanted" ] || why="prints $(tr '\n' '|' <"$scratch/out")"
    verdict "$name" "$why"
}

# A folder with a provider alone.
providers=$scratch/providers
mkdir "$providers" && cp "$build"/tests/loader/plugins/librtffi_provider.so "$providers"

# check_of ID: the check of that id, in the document of `verify --json`.
check_of() { echo "[c for c in d['checks'] if c['id'] == '$1'][0]"; }

# --- Usage
says "--version names the version and the binary interface" 0 '^rtffi [0-9]+\.[0-9]+\.[0-9]+ \(ABI [0-9]+\)' --version
says "without a subcommand it is wrong usage" 2 subcommand
says "an unknown subcommand is wrong usage" 2 frobnicate frobnicate
says "an unknown option is wrong usage" 2 'nonsense' list --nonsense
usage="list(d) == ['ok', 'error'] and d['ok'] is False and d['error']['cause'] == 'usage'"
json "with --json an unknown option is told in a document" 2 "$usage and 'nonsense' in d['error']['message']" list --nonsense
json "and an unknown subcommand" 2 "$usage and 'frobnicate' in d['error']['message']" frobnicate
json "and a missing argument, by its name in the usage" 2 "$usage and d['error']['message'].startswith('FUNCTION is required; rtffi call --help')" call
json "and an output that takes the document's place" 2 "$usage" report -o -
json "and what only the subcommand knows to be wrong" 2 "$usage and 'made in C' in d['error']['message']" bind --lang lua --trampolines
says "a missing argument is named as in the usage" 2 'PLUGIN\|FILE is required' trust check
says "a missing argument is wrong usage" 2 'required' info
says "a time that is none is wrong usage" 2 'timeout' verify --timeout soon
says "a file of declarations that is missing is wrong usage" 2 'nowhere' verify --externs "$scratch/nowhere"
for command in list info explain call verify; do
    says "$command --help has an example" 0 "Example: rtffi $command" "$command" --help
done

# --- list
says "list shows the plugins" 0 'geometry +1\.0\.0 +11 +available .*librtffi_geometry\.so.*text +1\.0\.0' list
json "list --json is an array of plugins" 0 \
    "[set(p) for p in d] == [set('name version path variant state functions'.split())] * 2 and d[0]['name'] == 'geometry' and d[0]['functions'] == 11" list
json "list PREFIX --json is an array of functions" 0 \
    "[f['name'] for f in d[:2]] == ['geo_polygon', 'geo_polygon_area'] and len(d) == 7 and d[0].keys() == set('name signature doc group plugin'.split())" list geo_polygon
says "list PREFIX shows signatures" 0 'text_sum\(numbers: \[i64\]\) -> i64 +The sum' list text_s
says "list of a plugin's name says how its functions are listed" 1 'geometry is a plugin: rtffi info geometry lists its functions' list geometry
says "list of a prefix that nothing has says what was searched" 1 "no function's name begins with 'zzz'; searched: .*$samples \(2 files\)" list zzz
json "list of a prefix that nothing has is an empty array" 1 "d == []" list zzz
RTFFI_PLUGIN_PATH=$providers json "list PREFIX asks the provider of such names, which is loaded for that" 0 \
    "[f['name'] for f in d] == ['provided::add.1', 'provided::add.2'] and d[0] == dict(name='provided::add.1', signature='provided::add.1(x: i64) -> i64', doc='Adds a number.', group='', plugin='provider')" list provided::
RTFFI_PLUGIN_PATH=$providers says "list of a prefix shorter than a provider's says how to ask it" 0 'begin with provided:: are resolved when asked for: rtffi list provided::' list provided
RTFFI_PLUGIN_PATH=$build/plugins/torch-stub says "and of a plugin's name" 0 'begin with torch::nn:: .*torch is a plugin: rtffi info torch lists' list torch
RTFFI_PLUGIN_PATH=$providers says "list says why a provider cannot tell" 1 'the schemas are not readable' list provided::fail
RTFFI_PLUGIN_PATH=$providers says "list survives a provider that crashes" 1 "the plugin 'provider', loaded to ask what it provides, was ended by SIGSEGV" list provided::crash
RTFFI_PLUGIN_PATH=$scratch says "list without plugins says so" 1 'no plugins' list
RTFFI_PLUGIN_PATH=$scratch says "--plugin-path is searched, before or after the subcommand" 0 'geometry' list --plugin-path "$samples"
RTFFI_PLUGIN_PATH=$scratch json "of two --plugin-path the first is preferred" 0 "d[0]['path'].startswith('$scratch/first/')" \
    --plugin-path "$(mkdir -p "$scratch/first" && cp "$samples"/librtffi_geometry.so "$scratch/first" && echo "$scratch/first")" --plugin-path "$samples" list

# --- info
says "info shows a plugin's functions by name" 0 'geometry 1\.0\.0.*geo_distance\(x: f64, y: f64, from_x: f64 = 0.*origin by default' info geometry
json "info --json is what the core says of the file" 0 "d['name'] == 'text' and d['ok'] and len(d['functions']) == 6 and d['checks']" info "$samples/librtffi_text.so"
says "info shows what a plugin provides" 0 'provides +provided::' info "$providers/librtffi_provider.so"
says "info shows a function, too" 0 '^geo_distance\(.*origin by default.*plugin +geometry' info geo_distance
RTFFI_PLUGIN_PATH=$providers says "info of a name that a provider has shows its overloads" 0 '^provided::add\.1\(x: i64\).*provided::add\.2\(' info provided::add
says "info of an unknown plugin names a near one" 1 'geometry' info geometri
json "info of an unknown plugin is a JSON document too" 1 "d['ok'] is False and d['error']['status'] == 'RT_E_NOT_FOUND'" info geometri
echo "no library" >"$scratch/plain.txt"
says "info of a file that is no library says so" 1 'FAIL +format' info "$scratch/plain.txt"
json "info loads nothing" 0 "d['name'] == 'crashing'" info "$bad/librtffi_crashing.so"

# --- explain
says "explain of a plugin that is there" 0 'geometry.*ok +abi' explain geometry
json "explain of a function that is there" 0 "d['ok'] and d['kind'] == 'function'" explain geo_area
says "explain of a name that is not there says where it was looked for" 1 'geo_area.*RTFFI_PLUGIN_PATH' explain geo_aera
json "explain --json of a name that is not there" 1 "d['ok'] is False and 'geo_area' in d['near'] and d['searched']" explain geo_aera

mkdir "$scratch/damaged" && head -c 3000 "$samples/librtffi_text.so" >"$scratch/damaged/librtffi_text.so"
RTFFI_PLUGIN_PATH=$scratch/damaged says "explain of a plugin whose file is cut off says that" 1 "the plugin 'text' cannot be used: .*/damaged/librtffi_text.so is truncated.*copy or build it anew" explain text
for command in info verify; do
    RTFFI_PLUGIN_PATH=$scratch/damaged says "$command of such a plugin looks at that file" 1 'FAIL +format .*is truncated' "$command" text
done

# --- call
answers "call with numbers" 0 5 call geo_hypotenuse 3 4
answers "call with keywords, a negative number and a default" 0 5 call geo_distance -3 y=4
answers "call with infinity" 0 inf call geo_hypotenuse -inf 1
answers "call with a list" 0 0.5 call geo_area '[0,0, 1,0, 0,1]'
answers "call with a text" 0 'dlrow olleh' call text_reversed 'hello world'
answers "call with a text in quotes" 0 '"' call text_reversed '"\""'
answers "call with a text that looks like an option" 0 'nosj--' call text_reversed -- --json
answers "call with a text that has an equals sign" 0 'b=a' call text_reversed a=b
answers "call prints what a callee filled" 0 'out = [2, 3.25]' call geo_midpoint '[1,2]' '[3,4.5]' out='[0,0]'
answers "call with an object, given as the call that makes it" 0 'polygon with 3 corners, area 0.500' \
    call geo_polygon_describe 'geo_polygon([0,0, 1,0, 0,1])' digits=3
says "call prints an object without words as class and handle" 0 'Polygon handle 0x[0-9a-f]+' call geo_polygon '[0,0, 1,0, 0,1]'
json "call --json" 0 "d == {'ok': True, 'result': [0, 0, 1, 0, 0, 1], 'error': None}" call geo_polygon_corners 'geo_polygon([0,0, 1,0, 0,1])'
json "call --json of an object" 0 "d['result']['class'] == 'Polygon'" call geo_polygon '[0,0, 1,0, 0,1]'
says "call of a wrong name gives the nearest" 1 'did you mean geo_hypotenuse' call geo_hypotenus 3 4
says "call with a misspelt keyword gives the nearest" 1 "no parameter is named 'form_x'; did you mean from_x\?.*geo_distance\(x: f64" call geo_distance 3 4 form_x=1
says "call with a wrong type quotes the signature" 1 "argument 2 \(b\).*'x'.*geo_hypotenuse\(a: f64, b: f64\) -> f64" call geo_hypotenuse 3 x
says "call with too few arguments quotes the signature" 1 "the parameter 'b' is not given; .*geo_hypotenuse\(a: f64" call geo_hypotenuse 3
says "call with too many arguments quotes the signature" 1 'too many.*geo_hypotenuse\(a: f64' call geo_hypotenuse 3 4 5
says "call with an argument by position after one by name" 1 'follows an argument with' call geo_hypotenuse a=3 4
says "call with a list that is nested without end" 1 'nested deeper than 100' call geo_area "$(printf '%0.s[' {1..30000})$(printf '%0.s]' {1..30000})"
says "call with a list whose brackets do not match" 1 'brackets' call geo_area '[0,[1]'
says "call of a function that fails gives its message" 1 'at least 3 corners' call geo_area '[1,2]'
json "call --json of a function that fails" 1 \
    "d['ok'] is False and d['result'] is None and d['error'].keys() == set('code status cause message'.split()) and d['error']['status'] == 'RT_E_ARGUMENT'" \
    call geo_area '[1,2]'

RTFFI_PLUGIN_PATH=$providers answers "call gives a function of several overloads what it is given, and keywords by their names" 0 103 \
    call provided::count 1 '[2, 3]' beta=2.5

# --- docs
json "docs has a plugin's text, its classes, and each function's signature and text" 0 \
    "d['plugins'] == ['geometry'] and d['output'] is None and all(t in d['text'] for t in ('# Plugin geometry\n\nPlane geometry: a sample plugin in C++. Version 1.0.0.\n', '| \`Polygon\` | A polygon without holes. |\n', '### \`geo_hypotenuse\`\n\n\`\`\`text\ngeo_hypotenuse(a: f64, b: f64) -> f64\n\`\`\`\n\nLength of the hypotenuse.\n'))" docs geometry
says "docs without a name has every plugin" 0 '# Plugin geometry .*# Plugin text ' docs
RTFFI_PLUGIN_PATH=$providers says "explain of a name that its provider does not know says how to list those it knows" 1 \
    'does not know this one *rtffi list PREFIX' explain provided::nothing
RTFFI_PLUGIN_PATH=$providers says "docs tells the names that a plugin provides" 0 'every name that begins with .provided::.' docs provider
json "docs -o writes a file" 0 "d['output'] == '$scratch/text.md'" docs text -o "$scratch/text.md"
verdict "which has what is else printed" "$("$rtffi" docs text | cmp - "$scratch/text.md" 2>&1)"
says "docs of what is no plugin says so" 1 'libplain.so is no plugin: rtffi info' docs "$build/tests/loader/plugins/libplain.so"
cp "$samples/librtffi_text.so" "$scratch/read.so"
says "docs does not write over what it reads" 1 'read.so is read' docs "$scratch/read.so" -o "$scratch/read.so"
json "a plugin's text is no markup in it" 0 "'<script' not in d['text'] and '<img' not in d['text'] and '\x1b' not in d['text'] and 'Version 1.0.0&lt;i>.' in d['text']" docs "$bad/librtffi_hostile_texts.so"

# --- verify
says "verify of every plugin" 0 'geometry works: .*text works: ' verify
json "verify of every plugin is an array" 0 "[p['plugin'] for p in d] == ['geometry', 'text'] and all(p['ok'] for p in d)" verify
json "verify --json of one" 0 \
    "list(d) == 'plugin path ok variant checks functions'.split() and d['functions'] == 11 and {'file', 'abi', 'load', 'functions', 'registration', 'handles', 'unload'} <= {c['id'] for c in d['checks']}" verify geometry
dependencies=$(check_of dependencies)
libc=$(ldd "$samples/librtffi_geometry.so" | sed -n 's/.*libc\.so\.6 => \(.*\)\/libc\.so\.6.*/\1/p')
json "verify names each library and the folder it was found in" 0 \
    "all(l in ${dependencies}['detail'] for l in ('libc.so.6', 'libstdc++.so.6')) and any(l.startswith('$libc: ') for l in ${dependencies}['detail'].split('\n'))" verify geometry
says "verify shows a line for each such folder" 0 "ok +dependencies +each of the [0-9]+ libraries that it needs was found: +/[^:]*: [^/]*libc\.so\.6" verify geometry
says "verify of an unknown plugin" 1 'geometri' verify geometri

# only NAME ID ARGUMENT...: `verify` of a file made for it fails that check and no other.
only() { json "$1" 1 "[c['id'] for c in d['checks'] if not c['ok']] == ['$2']" verify "${@:3}"; }
made=$build/tests/loader/plugins
python3 -c 'import sys; b = bytearray(open(sys.argv[1], "rb").read()); b[18] = 183; open(sys.argv[2], "wb").write(b)' \
    "$samples/librtffi_text.so" "$scratch/foreign.so"
sed 's/libfakesingleton\.so\.1/libmissing_thing.so.1/' "$made/librtffi_singleton.so" >"$scratch/alone.so"
mkdir "$scratch/copies"
cp "$made/libfakesingleton.so.1" "$scratch/copies"
only "verify: a file that is not there" file "$scratch/nowhere.so"
only "verify: a file that is no library" format "$scratch/plain.txt"
only "verify: a library for another machine" architecture "$scratch/foreign.so"
only "verify: a library that is no plugin" plugin "$made/libplain.so"
only "verify: a plugin for a later binary interface" abi "$made/librtffi_future_abi.so"
only "verify: a class that nobody registers" classes "$made/librtffi_throwing.so"
json "is told with the function, and what to write" 1 \
    "'class Forgotten of \`t_forgotten() -> Forgotten\`' in $(check_of classes)['detail'] and 'RT_CLASS(..., \"Forgotten\", ...)' in $(check_of classes)['hint'] and $(check_of classes)['cause'] == 'class_not_registered'" \
    verify "$made/librtffi_throwing.so"
only "verify: two functions of one name" functions "$made/librtffi_two_of_one_name.so"
only "verify: needs that cannot be read" needs "$made/librtffi_needs_nonsense.so"
only "verify: a library that is missing" dependencies "$scratch/alone.so"
json "a library that is missing is told with who needs it, and where the others were found" 1 \
    "'libmissing_thing.so.1 (needed by $scratch/alone.so)' in ${dependencies}['detail'] and '$libc: ' in ${dependencies}['detail']" verify "$scratch/alone.so"
LD_PRELOAD=$scratch/copies/libfakesingleton.so.1 only "verify: a second copy of a library" singletons "$made/librtffi_singleton.so"
only "verify: a plugin that does not load" load "$made/librtffi_no_entry.so"
only "verify: a note without a function" registration "$made/librtffi_note_without_function.so"
json "verify: an object that nobody frees, which keeps the plugin from being closed" 1 \
    "[c['id'] for c in d['checks'] if not c['ok']] == ['handles', 'unload']" verify "$bad/librtffi_leaves_a_handle.so"
only "verify: code that cannot be unmapped" unload "$made/librtffi_unmappable_leaving.so"
only "verify: a crash at the very end" exit "$bad/librtffi_crashes_at_exit.so"

json "verify of a file that is no library" 1 "d['ok'] is False and not [c for c in d['checks'] if c['id'] == 'load']" verify "$scratch/plain.txt"
json "without a limit given, it may have half of the machine's memory" 1 \
    "'it may allocate $(($(getconf _PHYS_PAGES) * $(getconf PAGESIZE) >> 21)) MiB' in $(check_of load)['hint']" verify "$bad/librtffi_devouring.so"
rm -rf "$HOME/.cache/rtffi" # it is blamed for that
json "a plugin that eats memory is stopped at the limit" 1 "not $(check_of load)['ok'] and 'it may allocate 2000 MiB' in $(check_of load)['hint']" verify "$bad/librtffi_devouring.so" --memory 2000
json "a plugin that crashes is reported with its signal" 1 "'SIGSEGV' in $(check_of load)['detail']" verify "$bad/librtffi_crashing.so"
json "a plugin that exits is reported with its status" 1 "'status 3' in $(check_of load)['detail']" verify "$bad/librtffi_exiting.so"
says "verify ends what a plugin has started, also in a session of its own" 0 'leaves_a_process' verify "$bad/librtffi_leaves_a_process.so"
verdict "nothing that it started is left" "$(grep -al '[l]eaves_a_process' /proc/[0-9]*/cmdline 2>/dev/null)"
json "a plugin that hangs is reported with the deadline" 1 "'within 1 s' in $(check_of load)['detail']" verify "$bad/librtffi_hanging.so" --timeout 1

says "explain tells of a crash that verify met" 1 'crashed in an earlier check: it was ended by SIGSEGV.*rtffi verify' explain "$bad/librtffi_crashing.so"
says "explain tells of an exit that verify met" 1 'ended its process in an earlier check: it ended itself with status 3' explain "$bad/librtffi_exiting.so"
says "explain tells of a deadline that verify met" 1 'did not come to an end in an earlier check: .*within 1 s' explain "$bad/librtffi_hanging.so"
json "a plugin that verify had limited the memory of is not blamed for it" 0 "d['state'] == 'available'" explain "$bad/librtffi_devouring.so" --no-load

# What reading a file does not tell is told by loading it, in a process of its own.
rm -rf "$HOME/.cache/rtffi"
loads() { json "explain: $1" 1 "d['state'] == 'failed' and d['cause'] == '$2' and d['hint']" explain "$3"; }
loads "a file that crashes, and was never tried" probe_crashed "$bad/librtffi_crashing.so"
loads "a plugin whose init fails" no_moon "$made/librtffi_half_registered.so"
loads "metadata and registration that disagree" metadata_mismatch "$made/librtffi_note_without_function.so"
loads "a plugin without an entry" no_entry "$made/librtffi_no_entry.so"
RTFFI_PLUGIN_PATH=$made loads "a cycle of needs" load_cycle circle_a
RTFFI_PLUGIN_PATH=$made loads "a plugin that is needed and not there" missing_plugin needs_absent
RTFFI_PLUGIN_PATH=$made json "explain: a variant that does not load, in whose place another is taken" 0 \
    "d['state'] == 'available' and [(c['cause'], c['chosen']) for c in d['candidates'][:2]] == [('undefined_symbol', False), ('', True)]" explain variant
json "explain: what loads is said to, with a check of that" 0 "d['candidates'][0]['checks'][-1]['id'] == 'load'" explain geometry
json "explain --no-load loads nothing" 0 "d['state'] == 'available'" explain "$made/librtffi_no_entry.so" --no-load
LD_PRELOAD=$bad/libends_explain_child.so says "explain: a process that ends before it begins to load" 1 \
    'the process that was to load geometry ended itself with status 9; it printed: not today' explain geometry
LD_PRELOAD=$bad/libends_explain_child.so json "the error is JSON there, too" 1 "d['ok'] is False and 'status 9' in d['error']['message']" explain geometry
json "and the file is not blamed for it" 0 "d['state'] == 'available'" explain geometry --no-load
# warnings: what `verify` warns of.
warnings="[c['id'] for c in d['checks'] if c['ok'] and c['hint']]"
json "a plugin that there is nothing to warn of" 0 "$warnings == []" verify geometry
for id in unique_symbols thread_local_destructor thread_keys static_tls; do
    json "verify warns of $id, and of nothing else" 0 "d['ok'] and $warnings == ['$id'] and len($(check_of $id)['hint']) > 30" verify "$bad/librtffi_$id.so"
done
json "nor is there of one that is linked to stay, and has thread keys" 0 "d['ok'] and $warnings == []" verify "$bad/librtffi_meant_to_stay.so"
json "the warning of unique symbols names one" 0 "'such as the_only_one' in $(check_of unique_symbols)['detail']" verify "$bad/librtffi_unique_symbols.so"
json "the warning of static TLS says how much" 0 "'240 bytes' in $(check_of static_tls)['detail']" verify "$bad/librtffi_static_tls.so"
says "warnings are shown with what to do, and are no failure" 0 'warn +unique_symbols .*stays in the process.*start the process anew.*unique_symbols works: .* passed, 1 warning' verify "$bad/librtffi_unique_symbols.so"
pinned=$build/tests/loader/plugins
json "a plugin that may be unmapped is unmapped" 0 "'so is its code' in $(check_of unload)['detail']" verify "$pinned/librtffi_unmappable.so"
json "one that says so and cannot be fails, by its file and when it is tried" 1 \
    "not $(check_of unique_symbols)['ok'] and not $(check_of unload)['ok'] and 'stays mapped' in $(check_of unload)['detail']" verify "$pinned/librtffi_unmappable_unique.so"
json "one that says so and may be pinned is warned of it" 0 "$warnings == ['thread_local_destructor']" verify "$pinned/librtffi_unmappable_thread_local.so"

cp "$build/tests/loader/plugins/librtffi_harmful.so" "$scratch/harmful.so"
RTFFI_TEST_HARM=crash json "a plugin that crashes here" 1 "not d['ok']" verify "$scratch/harmful.so"
json "is remembered" 1 "d['state'] == 'failed'" explain "$scratch/harmful.so"
json "until verify finds that it loads" 0 "d['ok']" verify "$scratch/harmful.so"
json "and then forgotten" 0 "d['state'] == 'available'" explain "$scratch/harmful.so"

cat >"$scratch/program.rs" <<'END'
// Declarations of a program: extern fn not_at_the_beginning() -> i64
extern fn geo_hypotenuse(x: f64, y: f64) -> f64;
    extern fn geo_polygon_size(handle: i64) -> i64 { ... }
extern fn text_reversed(text: i64) -> text
extern fn geo_nothing(a: f64) -> f64
extern fn text_sum(numbers: [i64])->i64 // with a word after it
END
json "verify --externs checks each declaration" 1 \
    "[(c['id'], c['ok']) for c in d['checks'] if c['id'].startswith('extern:')] == [('extern:geo_hypotenuse', True), ('extern:geo_polygon_size', True), ('extern:text_reversed', False), ('extern:geo_nothing', False), ('extern:text_sum', True)]" \
    verify geometry --externs "$scratch/program.rs"
json "a declaration that disagrees is told with both signatures" 1 "'text_reversed(text: text) -> text' in $(check_of extern:text_reversed)['detail']" \
    verify geometry --externs "$scratch/program.rs"
json "verify --externs without a plugin is a report of its own" 1 "[p['plugin'] for p in d] == ['geometry', 'text', ''] and len(d[2]['checks']) == 6" \
    verify --externs "$scratch/program.rs"

# Each way of writing it that languages have, and lines that only look like one.
cat >"$scratch/forms.rs" <<'END'
pub extern fn geo_hypotenuse(x: f64, y: f64) -> f64;
extern "C" fn geo_polygon_size(handle: i64) -> i64;
  pub(crate) extern "C" fn text_reversed(text: text) -> text;
unsafe extern fn text_sum(numbers: [i64]) -> i64;
#[link_name = "x"] #[inline] pub unsafe  extern	"system" fn geo_polygon_area(polygon: i64) -> f64 { ... }
@external(c) extern fn geo_polygon (corners: [f64]) -> i64
extern C fn geo_no_quotes(a: f64) -> f64
    extern fn
pub extern fn 3_corners(a: f64)
extern fn geo_no_parameters;
extern "C" { fn in_a_block(a: f64); }
unsafe extern "C" {
extern crate libc;
pub fn not_extern(a: f64) -> f64;
An extern fn in prose is none.
END
json "each form of a declaration is read, and a line that cannot be is reported" 1 \
    "[(c['id'], c['ok']) for c in d['checks'] if c['id'].startswith('extern:')] == [('extern:' + n, True) for n in 'geo_hypotenuse geo_polygon_size text_reversed text_sum geo_polygon_area geo_polygon'.split()] + [('extern:line ' + n, False) for n in '7 8 9 10 11 12'.split()]" \
    verify geometry --externs "$scratch/forms.rs"
says "with the file's name and the line's number" 1 "forms\.rs:7: this is no declaration that can be read: \`extern C fn geo_no_quotes\(a: f64\) -> f64\`" \
    verify geometry --externs "$scratch/forms.rs"

# --- trust
export XDG_CONFIG_HOME=$scratch/config
says "trust --help has an example" 0 'Example: rtffi trust add' trust --help
for command in add list check; do
    says "trust $command --help has an example" 0 "Example: rtffi trust $command" trust "$command" --help
done
says "trust add of nothing is wrong usage" 2 'required' trust add
says "trust list of nothing says so" 0 'nothing is listed' trust list
cp "$samples/librtffi_geometry.so" "$scratch/trusted.so"
says "a file whose owner alone may write it is trusted" 0 'ok +trust' trust check "$scratch/trusted.so"
chmod 666 "$scratch/trusted.so"
json "one that everybody may write is not, and is told so" 1 "d['checks'][0]['cause'] == 'untrusted_mode' and 'chmod go-w' in d['checks'][0]['hint']" trust check "$scratch/trusted.so"
says "info shows that" 1 'FAIL +trust.*everybody may write' info "$scratch/trusted.so"
says "explain shows that" 1 'everybody may write' explain "$scratch/trusted.so"
chmod 644 "$scratch/trusted.so"
RTFFI_TRUST_REQUIRE=digests says "without a list nothing is trusted where digests are demanded" 1 'has no list of digests.*rtffi trust add' trust check "$scratch/trusted.so"
json "trust add adds a digest" 0 "d['ok'] and d['entries'][0]['added'] and len(d['entries'][0]['sha256']) == 64" trust add "$scratch/trusted.so"
json "once" 0 "not d['entries'][0]['added']" trust add "$scratch/trusted.so"
verdict "the list is one that sha256sum reads" "$(sha256sum -c --quiet "$XDG_CONFIG_HOME/rtffi/trust/digests" 2>&1)"
json "trust list lists it" 0 "[e['file'] for e in d['digests']] == ['$scratch/trusted.so'] and d['keys'] == []" trust list
RTFFI_TRUST_REQUIRE=digests says "then it is trusted where digests are demanded" 0 'ok +trust.*SHA-256' trust check "$scratch/trusted.so"
RTFFI_TRUST_REQUIRE=digests says "and can be verified" 0 'geometry works' verify "$scratch/trusted.so"
RTFFI_TRUST_REQUIRE=digests says "another is not" 1 'on no list' trust check "$samples/librtffi_text.so"
sha256sum "$samples/librtffi_text.so" >"$scratch/sums"
json "trust check --digests takes a list" 0 "d['ok']" trust check "$samples/librtffi_text.so" --digests "$scratch/sums"
says "trust check of a bad list names its line" 1 'plain.txt:1: ' trust check "$scratch/trusted.so" --digests "$scratch/plain.txt"
minisign -G -W -p "$scratch/key.pub" -s "$scratch/key.secret" >/dev/null
minisign -S -s "$scratch/key.secret" -m "$scratch/trusted.so" -t 'made by a test' >/dev/null
json "trust check --key takes a key" 0 "d['ok'] and 'made by a test' in d['checks'][0]['detail']" trust check "$scratch/trusted.so" --key "$scratch/key.pub"
json "a file without a signature fails it" 1 "d['checks'][0]['cause'] == 'no_signature'" trust check "$samples/librtffi_text.so" --key "$scratch/key.pub"
json "trust add --key adds a key" 0 "d['entries'][0]['kind'] == 'key' and d['entries'][0]['added']" trust add --key "$scratch/key.pub"
json "which trust list lists" 0 "len(d['keys']) == 1 and len(d['keys'][0]['id']) == 16" trust list
says "a file that is no key is not added" 1 'plain.txt:1: ' trust add --key "$scratch/plain.txt"
json "a file that is not there is not added" 1 "d['error']['status'] == 'RT_E_NOT_FOUND'" trust add "$scratch/nowhere"
XDG_CONFIG_HOME=$scratch/plain.txt json "a list that cannot be written is an error" 1 "d['error']['cause'] == 'not_writable'" trust add "$scratch/trusted.so"
unset XDG_CONFIG_HOME

# --- A terminal
if command -v script >/dev/null; then
    # on_terminal COLUMNS ARGUMENT...
    on_terminal() { COLUMNS=$1 script -qec "$(printf '%q ' "$rtffi" "${@:2}")" /dev/null </dev/null | tr -d '\r'; }
    escape=$(printf '\033')
    verdict "on a terminal there are colours" "$(on_terminal 80 list | grep -q "$escape\[" || echo none)"
    verdict "NO_COLOR turns them off" "$(NO_COLOR=1 on_terminal 80 list | grep -q "$escape\[" && echo 'there are some')"
    verdict "a table fits the terminal" "$(NO_COLOR=1 on_terminal 60 list geo_ | python3 -c '
import sys
lines = sys.stdin.buffer.read().decode().splitlines()
print(*([line for line in lines if len(line) > 60] if len(lines) == 12 else lines))
')"
fi

# too_long ARGUMENT...: the lines of more than 40 characters, at that width, which could have been broken: but for one thing
# without a blank, as a path is.
too_long() {
    COLUMNS=40 "$rtffi" "$@" 2>/dev/null </dev/null | python3 -c '
import sys
lines = [line.rstrip("\n") for line in sys.stdin]
wide = [line for line in lines if len(line) > 40 and " " in line.strip()]
print(*(wide if lines else ["it says nothing"]))
'
}
for arguments in "list" "list geo_" "info geometry" "explain geometry" "explain geo_aera" "verify geometry" "info $scratch/alone.so" \
    "verify $bad/librtffi_unique_symbols.so" "verify geometry --externs $scratch/forms.rs"; do
    # shellcheck disable=SC2086 # words
    verdict "rtffi ${arguments//$scratch\//} fits 40 columns" "$(too_long $arguments)"
done
verdict "a table that is too narrow for its columns has lines of heads and cells" "$(COLUMNS=40 "$rtffi" list |
    tr '\n' ' ' | grep -qE '^geometry +VERSION 1\.0\.0 +FUNCTIONS 11 +STATE available +PATH +/[^ ]*librtffi_geometry\.so ' || COLUMNS=40 "$rtffi" list)"
verdict "elsewhere there are none" "$("$rtffi" explain geometry | grep -q "$(printf '\033')" && echo 'there are some')"

# --- The torch plugin, where there is one
torch=$build/plugins/torch
if [ -f "$torch/librtffi_torch.so" ]; then
    export RTFFI_PLUGIN_PATH=$samples:$torch
    answers "call prints a tensor by its to_text function" 0 "$(printf ' 1  1\n[ CPUFloatType{1,2} ]')" call rt_torch_tensor_ones '[1,2]'
    says "call of a module class takes one number for a list, as programs may" 0 'Conv2d\(1, 8, kernel_size=\[3, 3\]' call torch::nn::Conv2d 1 8 3
    json "verify torch computes" 0 \
        "d['ok'] and {'smoke:' + s for s in 'create compute backward module optimiser save_load threads device'.split()} <= {c['id'] for c in d['checks']}" verify torch
    json "verify torch tells LibTorch's version, path, CUDA, BLAS and threads" 0 \
        "__import__('re').match(r'LibTorch [12][.0-9]+.* \(/.*libtorch_cpu\.so.*\); CUDA (yes, |no: )[^;]*; BLAS: [^;]+; [0-9]+ thread', $(check_of smoke:libtorch)['detail'])" verify torch
    libtorch_cpu=$(ldd "$torch/librtffi_torch.so" | sed -n 's/.*libtorch_cpu\.so[.0-9]* => \([^ ]*\) .*/\1/p')
    export LD_PRELOAD=$bad/libother_version.so
    json "a LibTorch of another version that has every symbol is told by both versions and its path" 1 \
        "d['state'] == 'failed' and d['cause'] == 'libtorch_version' and 'LibTorch 0.4.1 is in the process, from $libtorch_cpu, but this plugin was built for LibTorch ' in d['answer'] and 'another version' in d['hint']" explain "$torch/librtffi_torch.so"
    json "and fails the check of loading it" 1 "'0.4.1' in $(check_of load)['detail']" verify "$torch/librtffi_torch.so"
    RTFFI_PLUGIN_PATH=$torch:$torch-stub RTFFI_REQUIRE=torch says "and the stub does not hide it from who needs the real one" 1 'LibTorch 0\.4\.1 is in the process.*is refused' call rt_torch_available
    unset LD_PRELOAD
fi
exit "$failed"
