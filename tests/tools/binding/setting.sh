# shellcheck shell=bash
# Where programs over generated bindings are made and run: in the checks' own folder, with the plugins that are put into its plugins/.
# Sourced with SOURCE_ROOT and BUILD.
source_root=$1
build=$2
rtffi=$build/tools/rtffi
# shellcheck source=tests/verdict.sh
. "$1/tests/verdict.sh"
# shellcheck source=tests/answers.sh
. "$1/tests/answers.sh"
rustc=$(rustc --print sysroot)/bin/rustc # the one behind some that look into the home folder
export HOME=$scratch XDG_DATA_HOME=$scratch LD_LIBRARY_PATH=$build/loader RTFFI_PLUGIN_PATH=$scratch/plugins
export PYTHONPATH=$source_root/examples/hosts/python/src PYTHONDONTWRITEBYTECODE=1 PATH=${rustc%/*}:$PATH
cd "$scratch" || exit 1
mkdir plugins
