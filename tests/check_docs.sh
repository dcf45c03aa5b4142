#!/usr/bin/env bash
# The documentation: each block of code in it does what it says, its links lead somewhere, and it has every name there is.
set -u
source_root=$(realpath "$1")
build=$(realpath "$2")
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"

# Without the command rtffi, nothing of this can be made or run.
if [ ! -x "$build/tools/rtffi" ]; then
    verdict "the command rtffi is built" "it is not: -Dtools=false"
    exit "$failed"
fi

pages=("$source_root"/{README,CONTRIBUTING,SECURITY,CHANGELOG}.md "$source_root"/docs/*.md)
export PYTHONDONTWRITEBYTECODE=1 NO_MKDOCS_2_WARNING=1
python3 "$source_root/tests/code_blocks.py" "$source_root" "$build" "${pages[@]}" >"$scratch/blocks" 2>&1 &
blocks=$!

verdict "the diagrams are those of their texts" \
    "$(python3 "$source_root/scripts/docs/diagrams.py" "$source_root/docs/diagrams" --check 2>&1 | tail -n 1)"

site=$scratch/site
# made NAME COMMAND...
made() {
    local name=$1
    shift
    verdict "$name" "$("$@" >"$scratch/log" 2>&1 || tail -n 5 "$scratch/log" | tr '\n' '|')"
}
made "the pages are put together" python3 "$source_root/scripts/docs/site.py" "$source_root" "$build/tools/rtffi" "$scratch/pages"
made "the site is built, and its links lead to pages and headings" \
    "$source_root/build/venv/docs/bin/mkdocs" build --strict -f "$scratch/pages.yml" -d "$site"
python3 "$source_root/tests/documented_names.py" "$source_root" "$build" "$site" || failed=1

# As a benchmark prints it (tests/bench/measure.cpp).
cp "$source_root/docs/performance.md" "$scratch/performance.md"
printf '%s\n' "calls" "                                                median ns  lowest ns instructions  ratio" \
    "  function pointer (f64, f64)                        1.85       1.80          6.0 " \
    "  rt::Function (f64, f64)                            1.84       1.80          7.0  0.99x function pointer (f64, f64) (at most 1.20x: yes)" |
    python3 "$source_root/scripts/performance.py" "$scratch/performance.md" >"$scratch/log" 2>&1
# shellcheck disable=SC2016 # the page's own marks
verdict "figures of the benchmarks go into the page" \
    "$(grep -qF '| `rt::Function (f64, f64)` | 1.84 | 1.80 | 7.0 | 0.99 times `function pointer (f64, f64)` |' "$scratch/performance.md" || tail -n 3 "$scratch/log" "$scratch/performance.md")"

# A check that cannot fail would be none.
cat >"$scratch/wrong.md" <<'END'
```cpp
int main() { return nothing; }
```

```console
$ echo two
three
```

<!-- test: message -->
```text
a message that rtffi does not give
```

```text
no rule
```

<!-- test: keep nobody.lua -->
```lua
print("no command runs this")
```

<!-- test: in tests/check_packages.sh -->
```cmake
find_package(nothing)
```

```python
print(1)
```

```text
2
```
END
python3 "$source_root/tests/code_blocks.py" "$source_root" "$build" "$scratch/wrong.md" >"$scratch/wrong" 2>&1
verdict "blocks that are wrong are told" "$([ "$(grep -c '^FAIL ' "$scratch/wrong")" = 7 ] || cat "$scratch/wrong")"
printf '# Broken\n\n[nowhere](nowhere.md)\n' >>"$scratch/pages/start.md"
verdict "a link that leads nowhere is told" \
    "$("$source_root/build/venv/docs/bin/mkdocs" build --strict -f "$scratch/pages.yml" -d "$scratch/broken" >/dev/null 2>&1 && echo 'it is not')"

wait "$blocks" || failed=1
cat "$scratch/blocks"
exit "$failed"
