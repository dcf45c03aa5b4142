# shellcheck shell=bash
# The documentation as one site, which is read without a network.

need_docs_tools() {
    venv docs mkdocs==1.6.1 mkdocs-material==9.8.2
    mkdocs=$PWD/build/venv/docs/bin/mkdocs
    # It speaks of its maker's other product, and strict builds take warnings for failures.
    export NO_MKDOCS_2_WARNING=1
}

cmd_docs() {
    case ${1:-} in
    '' | --serve) ;;
    *) die "docs knows --serve, not $1" ;;
    esac
    need_toolchain
    choose_libtorch
    need_docs_tools
    if ! python3 scripts/docs/diagrams.py docs/diagrams --check 2>/dev/null; then
        need graphviz has_program dot
        install_missing
        python3 scripts/docs/diagrams.py docs/diagrams
    fi
    verbose=yes
    compile all
    in_tree=("$meson" devenv -C "$folder" --workdir "$PWD")
    "${in_tree[@]}" python3 scripts/docs/site.py . rtffi build/docs
    if [ "${1:-}" = --serve ]; then
        "$mkdocs" serve -f build/docs.yml
        return
    fi
    quietly "$mkdocs" build --strict --quiet -f build/docs.yml -d "$PWD/build/site"
    say "built build/site: open build/site/index.html, or ./dev docs --serve"
}
