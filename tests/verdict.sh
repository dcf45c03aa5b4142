# shellcheck shell=bash
# What the checks begin with: a scratch folder that goes with them, and how they report. `exit "$failed"` is their end.
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# verdict NAME WHY: fails where WHY says something.
verdict() {
    if [ -z "$2" ]; then
        echo "ok $1"
    else
        echo "FAIL $1: $2"
        # shellcheck disable=SC2034 # read by those who source this
        failed=1
    fi
}

# run STATUS COMMAND...: says what is wrong where it does not end so. Its output is in out and err.
run() {
    local expected=$1 status=0
    shift
    (cd "$scratch" && "$@" >out 2>err </dev/null) || status=$?
    [ "$status" = "$expected" ] || echo "exits $status, not $expected: $(cd "$scratch" && tail -qn 3 err out | tr '\n' '|')"
}
