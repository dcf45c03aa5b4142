#!/usr/bin/env bash
# rtffi report: its document, and the page of it as a parser and as a browser sees it.
set -u
build=$2
rtffi=$build/tools/rtffi
samples=$build/examples/plugins
bad=$build/tests/tools/plugins
here=$1/tests/tools
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"

# A folder whose name is markup, and plugins of every fate: two that work, one with a provider, one with hostile texts, one that
# crashes, one that hangs, a file that is cut off, and a second file of a name.
folder="$scratch/<b id=\"x\">'&amp;"
mkdir "$folder" "$scratch/damaged"
cp "$samples/librtffi_text.so" "$scratch/damaged"
cp "$samples"/librtffi_{geometry,text}.so "$build/tests/loader/plugins/librtffi_provider.so" \
    "$bad"/librtffi_{hostile_texts,crashing,hanging}.so "$folder"
head -c 3000 "$samples/librtffi_text.so" >"$scratch/damaged/librtffi_cut.so"
export HOME=$scratch XDG_DATA_HOME=$scratch RTFFI_PLUGIN_PATH="$folder:$scratch/damaged"
unset COLUMNS NO_COLOR XDG_CACHE_HOME XDG_CONFIG_HOME

says "report --help has an example, and says what its exit code means" 0 'Example: rtffi report.*whatever it says' report --help
RTFFI_PLUGIN_PATH=$samples says "without -o the page is rtffi-report.html, in this folder" 0 \
    'rtffi-report\.html: 2 plugins, 17 functions; 0 of [0-9]+ checks failed' report --no-verify
verdict "nothing else is left there" "$(cd "$scratch" && find . -name 'rtffi-report.html.*')"
says "-o - writes the page to standard output" 0 '^<!doctype html> <html lang="en">.*</html> $' report --no-verify -o -
says "it cannot write two things to standard output" 2 'give -o a file' report --json -o -
says "a page that cannot be written is an error that says why" 1 'nowhere/page\.html cannot be written: No such file' report --no-verify -o "$scratch/nowhere/page.html"
says "a folder is no page" 1 "damaged is a folder: name a file to write" report --no-verify -o "$scratch/damaged"
RTFFI_PLUGIN_PATH=$scratch says "without plugins there is a page that says so" 0 'There is no plugin on the search path' report -o -
json "--no-verify loads nothing" 0 \
    "not d['loaded'] and all(p['verification'] is None for p in d['plugins']) and [p['chosen'] for p in d['plugins'] if p['name'] == 'crashing'] == [True]" report --no-verify
json "--json writes no page unless -o names one" 0 "d['abi'] == 1 and not __import__('os').path.exists('$scratch/page.html')" report --no-verify
RTFFI_PLUGIN_PATH=$samples "$rtffi" report --no-verify --json >"$scratch/before"
RTFFI_PLUGIN_PATH=$samples json "the same plugins make the same document, but for the time and the figures" 0 \
    "all(d[k] == v for k, v in json.load(open('$scratch/before')).items() if k not in ('made', 'figures'))" report --no-verify

# Each variable of rtffi's that something reads is told.
json "the environment has every variable of rtffi's" 0 "$(grep -rhoE 'getenv\("RTFFI_[A-Z_]+"\)' "$1/loader" "$1/plugins" "$1/tools" |
    grep -oE 'RTFFI_[A-Z_]+' | sort -u | sed 's/.*/"&"/' | paste -sd, | sed 's/.*/{&}/') <= {v['name'] for v in d['environment']['variables']}" report --no-verify

json "a report of all that, with a page" 0 "d['loaded'] and [(p['name'], len(p['candidates'])) for p in d['plugins']] == [('crashing', 1), ('geometry', 1), ('hanging', 1), ('hostile_texts', 1), ('provider', 1), ('text', 2), ('', 1)]" report --all --timeout 2 -o "$scratch/page.html"
mv "$scratch/out" "$scratch/document"
json "what crashed and what hung is told, and the rest was tried all the same" 0 \
    "{p['name']: p['state'] for p in json.load(open('$scratch/document'))['plugins']} == dict(crashing='failed', hanging='failed', geometry='available', hostile_texts='available', provider='available', text='available') | {'': 'unusable'}" list
python3 "$here/report_page.py" "$rtffi" "$scratch/page.html" "$scratch/document" || failed=1

# Not every system has Chromium as a package; where tests must not pass for want of it, CI is set.
browser=$(command -v chromium chromium-browser google-chrome | head -n 1)
if [ -z "$browser" ] && [ -z "${CI:-}" ]; then exit "$failed"; fi

# in_browser WIDTH SCHEME PAGE: writes what report_probe.html tells to $scratch/told. In Chromium's settings 0 is dark, 1 is light.
in_browser() {
    timeout 120 "${browser:-chromium}" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --allow-file-access-from-files \
        --blink-settings="preferredColorScheme=$2" --window-size=1400,900 --dump-dom \
        "file://$here/report_probe.html#page=$3&width=$1" >"$scratch/dom" 2>"$scratch/err"
    python3 - "$scratch" <<'END'
import html, json, re, sys
dom = open(sys.argv[1] + "/dom").read()
told = re.search('<pre id="told">(.*?)</pre>', dom, re.DOTALL)
open(sys.argv[1] + "/told", "w").write(html.unescape(told[1]) if told else json.dumps({"nothing told": dom[-300:]}))
END
}

# told NAME EXPRESSION: of what the browser told, `d`, the Python expression holds.
told() {
    verdict "$1" "$(python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
if not eval(sys.argv[2]):
    print("not so:", sys.argv[2], json.dumps(d)[:600])
' "$scratch/told" "$2" 2>&1 | tail -n 1)"
}

# In the address of the page in the address of the probe, # is %23.
for view in "360 1 light False" "360 0 dark True" "1280 0 dark True"; do
    read -r width setting name dark <<<"$view"
    in_browser "$width" "$setting" "file://$scratch/page.html%23search=geo_polygon%2520f64"
    told "at $width pixels, $name, it is of that scheme, and of the other once the button was pressed" "d['dark'] == $dark and d['dark_after_click'] != $dark"
    told "at $width pixels, $name, it needs no scrolling to the side" "d['width'] == $width and d['scroll_width'] <= $width"
    told "at $width pixels, $name, each text has a contrast of 4.5 or more, in both schemes" \
        "all(c['texts'] > 300 and c['low'] == [] for c in (d['contrast'], d['contrast_after_click']))"
done
found=$(python3 -c '
import json, sys
functions = [f for p in json.load(open(sys.argv[1]))["plugins"] if p["chosen"] for f in p["file"]["functions"]]
print(sum("geo_polygon" in f["signature"] and "f64" in f["signature"] for f in functions))
' "$scratch/document")
told "the words in its address are searched for: each must be there" "d['by_address'] == {'shown': $found, 'found': '$found of 23 functions'} and 2 < $found < 10"
told "words are found in descriptions, in either case" "d['of_a_doc'] == 2"
told "where nothing is found it says so" "d['of_no_words'] == 0 and d['says_so']"
told "the key / goes to the field, and Esc ends the search" "d['slash_focuses'] == 'query' and d['after_escape'] == '23 functions'"
told "what has the focus has an outline" "d['outline'] == 'solid'"
told "no text of a plugin became markup or ran" "d['title'] == 'rtffi report' and d['images'] == 0"
exit "$failed"
