# shellcheck shell=bash
# Configures and builds. Sourced by setup.sh.
# shellcheck disable=SC2154 # the directories and the preset come from there

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
    installs_packages || explain_what_to_install "$1"
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
