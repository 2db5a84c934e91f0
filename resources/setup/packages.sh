# shellcheck shell=bash
# Installs the packages of packages.txt that are missing. Sourced by setup.sh.
# shellcheck disable=SC2154 # the directories and the preset come from there

installs_packages() { command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; }

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
    rm -f "$log"
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
    says() { reason=$(grep --extended-regexp --max-count=1 "$1" "$log"); }

    if disk_is_full /var "$log"; then
        reason="The disk is full. Make room (about 1 GB) and start again."
    elif ((status == 124)); then
        reason="It took longer than 20 minutes. Look at the network connection and start again."
    elif says '^sudo: |not in the sudoers|may not run'; then
        reason="Not allowed: $reason. As an administrator: apt-get install $*"
    elif says 'Could not get lock|Unable to acquire the dpkg'; then
        reason="Another program has been installing packages for two minutes. Let it finish and start again."
    elif says 'Unable to locate package|no installation candidate'; then
        reason+=$'\n'"Debian 12, Ubuntu 24.04 and newer have it (on Ubuntu in 'universe')."
    elif says '^[EW]: Failed to fetch|Could not connect|Unable to connect'; then
        reason+=$'\n'"Look at the network connection and start again."
    else
        reason="apt-get said: $(grep -v '^$' "$log" | tail -n 3)"
    fi
    fail "Could not install $*" "$reason"
}

# install_packages GROUP...: installs what is missing. Elsewhere than on Debian and its relatives nothing is
# installed: configure says what it did not find.
install_packages() {
    installs_packages || return 0
    local choices names log=$build_dir/install.log status=0
    mapfile -t choices < <(missing_packages "$@")
    ((${#choices[@]})) || return 0

    mapfile -t names < <(known_names "${choices[@]}")
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        fail "IPC Lab needs packages that are not installed, and there is no sudo to install them with." \
            "Run this as root: apt-get install ${names[*]}"
    fi
    say "Installing packages that are missing: ${names[*]}"
    apt "$log" install --yes --no-install-recommends "${names[@]}" || status=$?

    # The usual reason is a package list that is old or absent; refresh it and try once more.
    if ((status)) && grep -q 'Unable to locate\|no installation candidate\|Failed to fetch' "$log"; then
        status=0
        apt "$log.update" update || true # one unreachable server out of several may not matter
        mapfile -t names < <(known_names "${choices[@]}")
        apt "$log" install --yes --no-install-recommends "${names[@]}" || status=$?
        ((status)) && grep -q 'Failed to fetch' "$log.update" && log=$log.update
    fi
    ((status == 0)) || explain_apt_failure "$log" "$status" "${names[@]}"
}
