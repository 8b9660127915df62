#!/usr/bin/env bash
# What the README promises, on a bare Debian: makes a fresh chroot of a suite with debootstrap, puts a clone of the
# committed state into it and runs commands there. The chroot is removed afterwards.
#
#   packaging/chroot_test.sh trixie                         make demo, then make test
#   packaging/chroot_test.sh bookworm "make setup PJSIP=own" "make demo"
#   CHROOTS=FOLDER                                          where the chroot is made. Default: /var/tmp
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'chroot-test: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

readonly SUITE=${1:-}
[[ $SUITE == bookworm || $SUITE == trixie ]] || fail "say which suite of Debian: bookworm or trixie"
shift
(($#)) || set -- "make demo" "make test"
[[ $(id -u) == 0 ]] || fail "a chroot needs root: sudo $0 $SUITE"
command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
command -v git >/dev/null || fail "git is missing: apt-get install git"

ROOT=$(mktemp -d "${CHROOTS:-/var/tmp}/softphone-$SUITE.XXXXXX")
chmod 755 "$ROOT"
readonly ROOT KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
trap 'rm -rf --one-file-system "$ROOT"' EXIT

# The first Debian archive that this machine uses itself.
archive() {
    apt-get indextargets --format "\$(REPO_URI) \$(LABEL)" 'Created-By: Packages' | awk '$2 == "Debian" { print $1; exit }'
}

make_system() {
    local uri
    uri=$(archive)
    [[ -n $uri ]] || fail "no Debian archive is in this machine's source lists (or apt-get update is due)"
    say "making a bare $SUITE"
    debootstrap --variant=minbase --include=ca-certificates,make --keyring="$KEYRING" "$SUITE" "$ROOT" "$uri" >"$ROOT.log" 2>&1 ||
        { tail -n 5 "$ROOT.log" >&2; fail "debootstrap failed, see $ROOT.log"; }
    rm -f "$ROOT.log"
}

# How this machine reaches its package registries holds for the chroot, too.
take_along() {
    local file
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
        [[ ! -e $file ]] || cp -L --remove-destination "$file" "$ROOT$file"
    done
    apt-config dump | grep -E '^Acquire::(Check-Valid-Until|Retries|https?)' >"$ROOT/etc/apt/apt.conf.d/90machine" || true
    git clone --quiet --no-hardlinks . "$ROOT/softphone"
}

# In namespaces of its own: at its end no process and no mount is left. Arguments: commands for the shell.
inside() {
    # shellcheck disable=SC2016 # the inner shell expands
    unshare --mount --pid --fork --kill-child bash -euo pipefail -c '
        mount --bind "$0" "$0" # unshare --mount inside wants a root that is a mount point
        mount -t proc proc "$0/proc"
        mount --rbind /dev "$0/dev"
        mount -t tmpfs -o size=2g tmpfs "$0/dev/shm" 2>/dev/null || true
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
            ${PIP_CERT:+PIP_CERT="$PIP_CERT"} ${CI:+CI="$CI"} chroot "$0" /bin/bash -c "cd /softphone && $1"
    ' "$ROOT" "$1"
}

make_system
take_along
for command in "$@"; do
    say "$SUITE: $command"
    inside "$command" </dev/null || fail "$SUITE: $command failed"
done
say "$SUITE: all done"
