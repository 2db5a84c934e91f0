# shellcheck shell=bash
# Installs what is missing and builds. Sourced by gui/run and tests/run; no program of its own.
#
# Whoever calls these functions reads a handful of lines at most: what is installed and why, that something is
# built, and, when a step fails, one paragraph with what was tried, why it failed and what to do. Everything
# else goes to log files in the build directory.

set -euo pipefail
shopt -s inherit_errexit

setup_dir=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root_dir=$(dirname "$(dirname "$setup_dir")")

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# limited SECONDS COMMAND...: runs the command with a time limit and without standard input. The command gets
# a process group of its own, so that the limit, Ctrl-C and a kill of this script end its children too.
# Returns the command's status, 124 if the time was up.
limited() {
    local status=0
    timeout --kill-after=20 "$@" </dev/null &
    local pid=$!
    trap 'kill -TERM "$pid" 2>/dev/null; wait "$pid" || true; exit 130' INT TERM HUP
    wait "$pid" || status=$?
    trap - INT TERM HUP
    return "$status"
}

# use_preset NAME: makes build/NAME the build directory and waits for its turn, since two builds in one
# directory would spoil each other. The turn ends with the script, or with release_build_dir.
use_preset() {
    preset=$1
    build_dir=$root_dir/build/$preset
    if ! mkdir -p "$build_dir" 2>/dev/null || ! : 2>/dev/null >>"$build_dir/.lock"; then
        fail "Cannot write to $build_dir: it belongs to another user, or the disk is full or read-only." \
            "Change that, or copy the project to a place where you may write."
    fi
    exec 9>>"$build_dir/.lock"
    if ! flock --nonblock 9; then
        say "Another build is at work in $build_dir; waiting for it."
        flock --timeout 1800 9 ||
            fail "The other build has not ended for half an hour. Find it with: fuser -v $build_dir/.lock"
    fi
}

release_build_dir() { exec 9>&-; }

disk_is_full() {
    local available
    available=$(df --output=avail -k "$1" 2>/dev/null | tail -n 1) || return 1
    ((available < 20480)) || grep -qsi 'no space left\|enough free space' "${@:2}"
}

# shellcheck source=packages.sh
. "$setup_dir/packages.sh"
# shellcheck source=build.sh
. "$setup_dir/build.sh"
