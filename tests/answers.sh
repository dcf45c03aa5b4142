# shellcheck shell=bash disable=SC2154
# What the command rtffi, "$rtffi", answers. Sourced after verdict.sh.

# says NAME STATUS PATTERN ARGUMENT...: it ends with the status and says something that matches PATTERN, wherever.
says() {
    local name=$1 pattern=$3 why
    why=$(run "$2" "$rtffi" "${@:4}")
    [ -n "$why" ] || cat "$scratch/out" "$scratch/err" | tr '\n' ' ' | grep -qE "$pattern" ||
        why="says $(cat "$scratch/out" "$scratch/err" | tr '\n' '|')"
    verdict "$name" "$why"
}

# json NAME STATUS EXPRESSION ARGUMENT...: with --json, standard output is one document `d`, of which the Python expression holds.
json() {
    local name=$1 expression=$3 why
    why=$(run "$2" "$rtffi" "${@:4}" --json)
    [ -n "$why" ] || why=$(python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
if not eval(sys.argv[2]):
    print("not so:", sys.argv[2], json.dumps(d)[:400])
' "$scratch/out" "$expression" 2>&1 | tail -n 1)
    verdict "$name" "$why"
}
