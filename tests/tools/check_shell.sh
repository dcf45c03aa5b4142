#!/usr/bin/env bash
# What the command is to a shell and to a reader: completion in bash, zsh and fish, help, and the man page.
set -u
source_root=$1
build=$2
rtffi=$build/tools/rtffi
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"
mkdir "$scratch/plugins"
cp "$build"/examples/plugins/librtffi_{geometry,text}.so "$scratch/plugins"
export HOME=$scratch XDG_DATA_HOME=$scratch XDG_CONFIG_HOME=$scratch XDG_CACHE_HOME=$scratch RTFFI_PLUGIN_PATH=$scratch/plugins
export PATH=$build/tools:$PATH
unset COLUMNS MANROFFOPT GROFF_NO_SGR

# same EXPECTED FOUND: says what is wrong where the words are not these.
same() {
    local found
    found=$(tr -s '\n ' ' ' <<<"$2")
    [ "$1" = "${found% }" ] || echo "expected '$1', not '${found% }'"
}

# words EXPECTED WORD...: the last of the words may become one of EXPECTED, and nothing else.
words() {
    local expected=$1
    shift
    verdict "rtffi $* may go on with: ${expected:-nothing}" "$(same "$expected" "$(rtffi complete-words -- "$@" 2>&1 | cut -f 1)")"
}

# --- What the command offers
words "list" li
words "add list check" trust ""
words "--timeout" verify --ti
words "" verify --timeout ""
words "geometry text :files" verify ""
words "geo_distance" call geo_dist
words "geometry text :files" info ""
words ":files geo_distance" info geo_dist
words ":files" verify --externs ""
words ":folders" list --plugin-path ""
words "--lang=simple" bind --lang=si
words "simple" bind --lang si
words "bash zsh fish" completion ""
words "" list -- --js
words "geometry" --plugin-path "$scratch" bind --plugin geo
words "" trust nonsense ""
cp "$build/tests/tools/plugins/librtffi_crashing.so" "$scratch/plugins" # when it is loaded
words "crashing :files" verify cra
words "geo_distance" call geo_dist
rm "$scratch/plugins/librtffi_crashing.so"

# --- The shells, each with the script that the command prints
for shell in bash zsh fish; do
    rtffi completion $shell >"$scratch/rtffi.$shell"
done

# bash LINE-PIECE...: the pieces as bash breaks a line at blanks, : and =.
in_bash() {
    # shellcheck disable=SC2016 # bash expands it
    (cd "$scratch" && bash --norc -c 'source ./rtffi.bash
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
        _rtffi && printf "%s\n" "${COMPREPLY[@]}"' bash "$@" 2>&1)
}
verdict "bash completes subcommands" "$(same "list" "$(in_bash 'rtffi li' rtffi li)")"
verdict "bash completes options" "$(same "--timeout" "$(in_bash 'rtffi  verify --ti' rtffi verify --ti)")"
verdict "bash completes after =" "$(same "simple" "$(in_bash 'rtffi bind --lang=si' rtffi bind --lang = si)")"
verdict "bash completes right after =" "$(same "c cpp lua python rust simple" "$(in_bash 'rtffi bind --lang=' rtffi bind --lang =)")"
verdict "bash completes files" "$(same "rtffi.bash" "$(in_bash 'rtffi verify --externs rtffi.b' rtffi verify --externs rtffi.b)")"
verdict "bash completes plugins" "$(same "geometry" "$(in_bash 'rtffi info geo' rtffi info geom)")"

in_fish() { (cd "$scratch" && fish --no-config -c "source rtffi.fish; complete -C '$1'" 2>&1 | cut -f 1); }
verdict "fish completes options" "$(same "--timeout" "$(in_fish 'rtffi verify --ti')")"
verdict "fish completes after =" "$(same "--lang=simple" "$(in_fish 'rtffi bind --lang=si')")"
verdict "fish completes files" "$(same "--externs=rtffi.bash" "$(in_fish 'rtffi verify --externs=rtffi.b')")"
verdict "fish completes functions" "$(same "geo_distance" "$(in_fish 'rtffi call geo_dist')")"

# An interactive zsh, into which a line and the tab key are typed.
mkdir "$scratch/functions"
cp "$scratch/rtffi.zsh" "$scratch/functions/_rtffi"
cat >"$scratch/type.zsh" <<'ZSH'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; fpath=(functions \$fpath); autoload -Uz compinit; compinit -u -D; print rea''dy"
zpty -r shell out '*ready*'
zpty -w -n shell "$1"$'\t'
zpty -r shell out "*$2*"
ZSH
in_zsh() { (cd "$scratch" && timeout 60 zsh -f type.zsh "$@" >log 2>&1) || echo "$2 does not appear"; }
verdict "zsh completes options" "$(in_zsh 'rtffi verify --ti' 'rtffi verify --timeout')"
verdict "zsh completes after =" "$(in_zsh 'rtffi bind --lang=si' '--lang=simple')"
verdict "zsh completes files" "$(in_zsh 'rtffi verify --externs rtffi.b' 'externs rtffi.bash')"
verdict "zsh completes functions" "$(in_zsh 'rtffi call geo_dist' 'geo_distance')"
says "a shell that is not known is wrong usage" 2 'tcsh' completion tcsh
json "completion --json has the script" 0 "d['shell'] == 'fish' and 'complete -c rtffi' in d['script']" completion fish

# --- Help and the man page

# below NAME...: the subcommands that its help lists under headings.
below() { rtffi "$@" --help | awk '/^[A-Z].*:$/ { on = !/^(Options|Arguments)/; next } /^$/ { on = 0 } on { print $1 }'; }
subcommands=$(for name in $(below); do
    inner=$(below "$name")
    awk -v name="$name" '{ print name, $0 }' <<<"$inner"
done)
page=$(rtffi man-page | sed 's/\\//g')
lacking=
unlike=
while read -r -a line; do
    help=$(rtffi "${line[@]}" --help)
    shown=$(grep -oE '^  (-[a-zA-Z],)?--[a-z-]+' <<<"$help" | grep -oE -- '--.*' | sort -u)
    unlike+=$(same "$(tr '\n' ' ' <<<"$shown" | sed 's/ $//')" "$(rtffi complete-words -- "${line[@]}" - | cut -f 1 | sort -u)")
    grep -q '^Example: .*rtffi' <<<"$help" || lacking+="${line[*]} --help lacks an example; "
    grep -qF "rtffi ${line[*]}fR" <<<"$page" || lacking+="the man page lacks ${line[*]}; "
    for option in $shown; do
        grep -qF -e "fB${option}fR" <<<"$page" || lacking+="the man page lacks $option of ${line[*]}; "
    done
done <<<"$subcommands"
verdict "completion offers the options that help shows" "$unlike"
verdict "every subcommand has an example, and stands in the man page with its options" "$lacking"
verdict "every subcommand stands under a heading of tools/help.cpp" "$(rtffi --help | grep '^Subcommands:')"
verdict "every environment variable that the sources read is in the man page" "$(
    grep -rhoE 'getenv\("RTFFI_[A-Z_]+|environment\("RTFFI_[A-Z_]+' "$source_root"/{loader,tools,plugins} | grep -oE 'RTFFI_[A-Z_]+' |
        sort -u | while read -r name; do grep -qF "$name" <<<"$page" || echo "$name"; done
)"
rtffi man-page >"$scratch/rtffi.1"
verdict "the man page is set without a warning" "$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$scratch/rtffi.1" 2>&1 >/dev/null)"
verdict "and reads as one" "$(LC_ALL=C.UTF-8 MANWIDTH=100 man -l "$scratch/rtffi.1" 2>&1 |
    grep -qF 'rtffi verify [OPTION...] [PLUGIN|FILE]' || echo "it has no synopsis of verify")"
exit "$failed"
