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

# --- Packages ---------------------------------------------------------------------------------------------

# package_choices GROUP...: one line per package of these groups, older names after a "|".
package_choices() {
    awk -v groups=" $* " 'NF && index(groups, " " $1 " ") { print $2 }' "$setup_dir/packages.txt"
}

# missing_packages GROUP...: the packages of these groups that are not installed.
missing_packages() {
    local choices installed choice name
    choices=$(package_choices "$@")
    # shellcheck disable=SC2086 # one word per package name
    installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package} \n' ${choices//|/ } 2>/dev/null |
        grep '^installed ') || true
    for choice in $choices; do
        for name in ${choice//|/ }; do
            [[ $installed == *" $name "* ]] && continue 2
        done
        say "$choice"
    done
}

# known_names CHOICE...: of each choice the name that this release of the distribution has.
known_names() {
    local choice name
    for choice in "$@"; do
        for name in ${choice//|/ }; do
            if apt-cache show "$name" >/dev/null 2>&1; then
                say "$name"
                continue 2
            fi
        done
        say "${choice%%|*}"
    done
}

# apt LOG ARGUMENTS...: apt-get, as root, without questions.
apt() {
    local log=$1 as_root=()
    shift
    if ((EUID != 0)); then
        as_root=(sudo)
        [[ -t 0 ]] || as_root+=(--non-interactive)
    fi
    # The limit stands inside sudo: it has to end a process of root, and not the question for the password.
    "${as_root[@]}" env LC_ALL=C DEBIAN_FRONTEND=noninteractive \
        timeout --foreground --kill-after=20 1200 \
        apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 \
        -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 \
        "$@" </dev/null >"$log" 2>&1
}

# explain_apt_failure LOG STATUS PACKAGE...: ends the script with what was tried, the reason and the remedy.
explain_apt_failure() {
    local log=$1 status=$2 reason
    shift 2
    says() { reason=$(grep --max-count=1 "$1" "$log"); }

    if disk_is_full /var "$log"; then
        reason="The disk is full. Make room (about 1 GB) and start again."
    elif ((status == 124)); then
        reason="It took longer than 20 minutes. Look at the network connection and start again."
    elif says '^sudo: \|not in the sudoers'; then
        reason="Not allowed: $reason. As an administrator: apt-get install $*"
    elif says 'Could not get lock\|Unable to acquire the dpkg'; then
        reason="Another program has been installing packages for two minutes. Let it finish and start again."
    elif says 'Unable to locate package\|no installation candidate'; then
        reason+=". Debian 12, Ubuntu 24.04 and newer have it (on Ubuntu in 'universe')."
    elif says 'Failed to fetch\|Temporary failure\|Could not connect\|Unable to connect'; then
        reason+=". Look at the network connection and start again."
    else
        reason="apt-get said: $(grep -v '^$' "$log" | tail -n 3)"
    fi
    fail "Could not install $*" "$reason"
}

# install_packages GROUP...: installs what is missing. Elsewhere than on Debian and its relatives nothing is
# installed: configure says what it did not find.
install_packages() {
    command -v dpkg-query apt-get >/dev/null 2>&1 || return 0
    local choices names log=$build_dir/install.log status=0
    mapfile -t choices < <(missing_packages "$@")
    ((${#choices[@]})) || return 0

    mapfile -t names < <(known_names "${choices[@]}")
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        fail "IPC Lab needs packages that are not installed, and there is no sudo to install them with." \
            "Run this as root: apt-get install ${names[*]}"
    fi
    say "Installing what the build needs (${#names[@]} packages): ${names[*]}"
    apt "$log" install --yes --no-install-recommends "${names[@]}" || status=$?

    # The usual reason is a package list that is old or absent; refresh it and try once more.
    if ((status)) && grep -q 'Unable to locate\|no installation candidate\|Failed to fetch' "$log"; then
        status=0
        apt "$log" update || explain_apt_failure "$log" $? "${names[@]}"
        mapfile -t names < <(known_names "${choices[@]}")
        apt "$log" install --yes --no-install-recommends "${names[@]}" || status=$?
    fi
    ((status == 0)) || explain_apt_failure "$log" "$status" "${names[@]}"
}

# --- Build ------------------------------------------------------------------------------------------------

# explain_what_to_install REASON: ends the script; for systems where packages are not installed by it.
explain_what_to_install() {
    local name
    name=$(. /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-}") || true
    fail "$1" \
        "Packages are installed by this script on Debian and Ubuntu only; this is ${name:-another system}." \
        "IPC Lab needs, under Debian's names: $(package_choices build | sed 's/|.*//' | tr '\n' ' ')" \
        "Once they are there, this works: cmake --preset $preset && cmake --build --preset $preset"
}

# explain_configure_failure REASON: ends the script.
explain_configure_failure() {
    command -v dpkg-query apt-get >/dev/null 2>&1 || explain_what_to_install "$1"
    fail "$1" "The whole output is in $build_dir/configure.log"
}

# configure: runs CMake where it has not run yet, where it failed, and after the presets have changed.
# (When a CMakeLists.txt changes, the build itself runs CMake again.)
configure() {
    local log=$build_dir/configure.log status=0 fresh=() version
    if [[ -f $build_dir/build.ninja && $log -nt $root_dir/CMakePresets.json ]] &&
        grep -qsx "CMAKE_HOME_DIRECTORY:INTERNAL=$root_dir" "$build_dir/CMakeCache.txt"; then
        return 0
    fi
    command -v cmake >/dev/null || explain_configure_failure "There is no cmake."
    version=$(cmake --version | awk 'NR == 1 { print $3 }')
    [[ $(printf '%s\n' 3.25 "$version" | sort --version-sort | head -n 1) == 3.25 ]] ||
        explain_configure_failure "CMake is $version; 3.25 or newer is needed (Debian 12, Ubuntu 24.04)."

    [[ -f $build_dir/CMakeCache.txt ]] && fresh=(--fresh)
    rm -f "$build_dir/build.ninja"
    limited 300 cmake -S "$root_dir" --preset "$preset" "${fresh[@]}" >"$log" 2>&1 || status=$?
    ((status == 0)) && return 0
    rm -f "$build_dir/build.ninja"
    disk_is_full "$build_dir" "$log" && fail "Could not configure the build: the disk is full."
    explain_configure_failure "CMake could not configure the build:
$(grep -A 6 -m 1 'CMake Error\|No such preset' "$log" || tail -n 5 "$log")"
}

# parallel_jobs: one per core, but no more than memory has room for (a file that includes Qt takes 700 MB).
parallel_jobs() {
    local cores fitting
    cores=$(nproc)
    fitting=$(awk '/^MemAvailable:/ { print int($2 / 700000) }' /proc/meminfo)
    say "$((fitting < 1 ? 1 : fitting < cores ? fitting : cores))"
}

# show_progress LOG: copies its input to the log, and each step to the last line of the terminal.
show_progress() {
    trap '' INT # what is interrupted is the build; this follows it to its end
    local line terminal=no
    [[ -t 1 && ${TERM:-dumb} != dumb ]] && terminal=yes
    while IFS= read -r line; do
        printf '%s\n' "$line" >&3
        [[ $terminal == yes && $line == \[* ]] && printf '\r\033[K%s' "${line:0:79}"
    done 3>"$1"
    [[ $terminal == yes ]] && printf '\r\033[K'
    return 0
}

# build TARGET...: brings the targets up to date; silent when they are.
build() {
    local log=$build_dir/build.log status=0 progress
    if limited 60 cmake --build "$build_dir" --target "$@" -- -n 2>&1 | grep -q '^ninja: no work to do'; then
        return 0
    fi
    if [[ -f $log ]]; then
        say "Building what has changed ($preset)."
    else
        say "Building IPC Lab ($preset) in $build_dir; this takes a few minutes the first time."
    fi
    exec 8> >(show_progress "$log")
    progress=$!
    limited 3600 cmake --build "$build_dir" --parallel "${CMAKE_BUILD_PARALLEL_LEVEL:-$(parallel_jobs)}" \
        --target "$@" >&8 2>&1 8>&- || status=$?
    exec 8>&-
    wait "$progress" || true
    ((status == 0)) && return 0
    disk_is_full "$build_dir" "$log" &&
        fail "The build stopped because the disk is full. Make room and start again."
    grep -q 'Killed signal terminated program' "$log" &&
        fail "The build stopped because memory ran out. Start again with CMAKE_BUILD_PARALLEL_LEVEL=1."
    ((status == 124)) && fail "The build was stopped after an hour. Start again: it goes on where it stopped."
    awk '/^FAILED:|^CMake Error/ { failed = 1 } failed' "$log" | head -n 40 >&2
    fail "The build failed. The whole output is in $log"
}
