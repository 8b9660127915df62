#!/usr/bin/env bash
# Downloads the pjproject source that Debian keeps beside its asterisk (of which 7 MB are fetched, not all), into
# folder $1, and prints where it is. Apt checks signature and hash; the system's own lists are left alone.
set -euo pipefail

readonly FOLDER=$1
readonly COMPONENT=orig-Xpjproject

say() { printf 'pjsip: %s\n' "$*" >&2; }
fail() { say "$* Name a source yourself: PJPROJECT=/path/to/pjproject-2.17.tar.gz"; exit 1; }

# The Debian archives that this machine uses already.
archives() {
    apt-get indextargets --format "\$(REPO_URI) \$(LABEL)" 'Created-By: Packages' |
        awk '$2 == "Debian" { print $1 }' | sort -u
}

# Apt with a source list and a state of its own.
own_apt() {
    "$1" -q -o Dir::Etc::SourceList="$STATE/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$STATE/lists" -o Dir::Cache="$STATE/cache" -o Acquire::Retries=3 -o APT::Sandbox::User=root "${@:2}"
}

write_list() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [[ -f $keyring ]] && keyring="[signed-by=$keyring]" || keyring=
    archives | sed "s,.*,deb-src $keyring & unstable main," >"$STATE/sources.list"
    [[ -s $STATE/sources.list ]] || fail "No Debian archive is in this machine's source lists (or apt-get update is due)."
}

# "'URI' NAME SIZE HASH", as apt prints it
described() {
    own_apt apt-get --print-uris --download-only source asterisk 2>/dev/null | grep -m1 "$COMPONENT"
}

download() {
    local uri name hash
    own_apt apt-get update -o APT::Update::Error-Mode=any >&2 || fail "Debian's archive could not be read: is there a network?"
    read -r uri name _ hash < <(described) || fail "Debian's asterisk has no component $COMPONENT any more."
    [[ -f $FOLDER/$name ]] || own_apt /usr/lib/apt/apt-helper download-file "${uri//\'/}" "$FOLDER/$name" "$hash" >&2 ||
        fail "The source could not be downloaded: is there a network?"
    ln -sfn "$name" "$FOLDER/newest"
}

main() {
    command -v apt-get >/dev/null || fail "There is no apt here to download the source with."
    STATE=$(mktemp -d)
    trap 'rm -rf "$STATE"' EXIT
    mkdir -p "$STATE/lists/partial" "$STATE/cache/archives/partial" "$FOLDER"
    write_list
    download
    realpath "$FOLDER/newest"
}

# One download serves all builds: delete the folder to look for a newer one.
if [[ -e $FOLDER/newest ]]; then
    realpath "$FOLDER/newest"
else
    main
fi
