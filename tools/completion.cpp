// rtffi completion bash|zsh|fish: the script with which a shell completes this command. The script knows nothing: it asks the command
// itself, `rtffi complete-words`, so that it never lacks an option or a plugin.
#include "candidates.hpp"
#include "command.hpp"
#include "output.hpp"

namespace rt::tools {

namespace {

struct Shell {
    const char *name;
    const char *script;
};

constexpr Shell shells[] = {
    // bash has broken words at : and =, and puts what it is given in place of the last piece.
    {"bash", R"(# bash completion for rtffi, as `rtffi completion bash` prints it
_rtffi() {
    local line=$COMP_LINE words=() word
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ ${#words[@]} -gt 0 && $line != [[:blank:]]* ]]; then
            words[-1]+=$word
        else
            line=${line#"${line%%[![:blank:]]*}"}
            words+=("$word")
        fi
        line=${line#"$word"}
    done
    local current=${words[-1]} piece=${COMP_WORDS[COMP_CWORD]} candidate
    [[ $piece != [:=]* ]] || piece=
    COMPREPLY=()
    while IFS=$'\t' read -r candidate _; do
        case $candidate in
        :files | :folders | :programs)
            local action=-f
            [[ $candidate != :folders ]] || action=-d
            [[ $candidate != :programs ]] || action=-c
            [[ $candidate = :programs ]] || compopt -o filenames 2>/dev/null
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen "$action" -- "$piece")
            ;;
        *) COMPREPLY+=("${candidate#"${current%"$piece"}"}") ;;
        esac
    done < <("${words[0]}" complete-words -- "${words[@]:1}" 2>/dev/null)
}
complete -F _rtffi rtffi
)"},
    {"zsh", R"(#compdef rtffi
# zsh completion for rtffi, as `rtffi completion zsh` prints it
_rtffi() {
    local line action
    local -a found actions
    for line in "${(@f)$("${words[1]}" complete-words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
        :files*) actions+=(_files) ;;
        :folders*) actions+=('_files -/') ;;
        :programs*) actions+=('_command_names -e') ;;
        ?*) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
        esac
    done
    _describe rtffi found
    [[ ${words[CURRENT]} != --*=* ]] || compset -P '*='
    for action in "${actions[@]}"; do ${=action}; done
}
if [[ $funcstack[1] == _rtffi ]]; then _rtffi "$@"; else compdef _rtffi rtffi; fi
)"},
    {"fish", R"(# fish completion for rtffi, as `rtffi completion fish` prints it
function __rtffi_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l option (string match -r '^--[^=]*=' -- $current)
    set -l path (string replace -r '^--[^=]*=' '' -- $current)
    for line in ($words[1] complete-words -- $words[2..] "$current" 2>/dev/null)
        switch $line
            case ':files*'
                string replace -r -- '^' "$option" (__fish_complete_path "$path")
            case ':folders*'
                string replace -r -- '^' "$option" (__fish_complete_directories "$path" '')
            case ':programs*'
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end
complete -c rtffi -f -a '(__rtffi_complete)'
)"},
};

int print_script(const std::string &name, bool json) {
    for (const Shell &shell : shells) {
        if (name == shell.name && json) {
            print_json({{"shell", name}, {"script", shell.script}});
        } else if (name == shell.name) {
            print(shell.script);
        }
    }
    return all_well;
}

// A line for each: the word, a tab, what it is.
int complete_words(const CLI::App &app, const std::vector<std::string> &words) {
    for (const Candidate &candidate : candidates(app, words)) {
        const std::string doc = harmless(candidate.doc);
        print_line(candidate.word + "\t" + doc.substr(0, doc.find('\n')));
    }
    return all_well;
}

} // namespace

void add_completion(CLI::App &app, CommandLine &line) {
    auto shell = std::make_shared<std::string>();
    CLI::App *command =
        add_command(app, line, "completion", "Prints the script with which a shell completes this command",
                    "source <(rtffi completion bash)\n"
                    "         rtffi completion zsh > ~/.zfunc/_rtffi   # a folder of $fpath\n"
                    "         rtffi completion fish > ~/.config/fish/completions/rtffi.fish",
                    [shell, &line] { return print_script(*shell, line.json); });
    std::vector<std::string> names;
    for (const Shell &known : shells) {
        names.emplace_back(known.name);
    }
    command->add_option("shell", *shell, "The shell")->required()->check(CLI::IsMember(names));
}

void add_complete_words(CLI::App &app, CommandLine &line) {
    auto words = std::make_shared<std::vector<std::string>>();
    CLI::App *command = app.add_subcommand("complete-words", "")->group("");
    command->callback([words, &app, &line] { line.run = [words, &app] { return complete_words(app, *words); }; });
    command->add_option("words", *words);
}

} // namespace rt::tools
