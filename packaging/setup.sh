#!/usr/bin/env bash
# Makes the project ready to run: system packages with apt, then .venv from requirements.lock.
# Does nothing when everything is there already.
#
#   packaging/setup.sh runtime      what running the app needs
#   packaging/setup.sh pjsip        that, and what building our own PJSIP needs
#   packaging/setup.sh package      that of running with our own PJSIP, and what building dist/softphone needs
#   packaging/setup.sh team         that of running, and what the team's demo needs
#   packaging/setup.sh test         that of running, and what the tests need
#   packaging/setup.sh library      nothing: prints which PJSIP it would take, pypi or own
#   PYTHON=/path/to/python3.11      the Python to make .venv with, instead of the first that fits
#   PJSIP=own                       our own build of PJSIP (packaging/pjsip), also where a wheel on PyPI would fit;
#                                   PJPROJECT=TARBALL|FOLDER names its source
set -euo pipefail
cd "$(dirname "$0")/.."

readonly VENV=.venv
readonly STAMP=$VENV/.ready

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

case ${PJSIP:=} in
    "" | own) ;;
    *) fail "PJSIP=$PJSIP: own is the only other choice" ;;
esac

case ${1:-} in
    runtime) readonly LISTS=(packaging/apt-runtime.txt) ;;
    pjsip) readonly LISTS=(packaging/apt-runtime.txt packaging/pjsip/apt.txt) ;;
    package) readonly LISTS=(packaging/apt-runtime.txt packaging/apt-package.txt) PJSIP=own ;;
    team | test) readonly LISTS=(packaging/apt-runtime.txt "packaging/apt-$1.txt") ;;
    library) readonly LISTS=() ;;
    *) fail "say what for: runtime, pjsip, package, team or test" ;;
esac

# --- Python ---------------------------------------------------------------------------------------------------------

# A Python fits when it has the right version and can make a virtual environment with pip in it.
python_fits() {
    "$1" -c 'import ensurepip, venv, sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3.14 python3 \
        /usr/bin/python3; do
        if python_fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

# --- The SIP library ------------------------------------------------------------------------------------------------

# Whether PyPI has a wheel for Python $1, if there is one: the marker in pyproject.toml says the same.
pypi_wheel_fits() {
    "${1:-false}" -c 'import platform, sys
fits = sys.version_info < (3, 13) and (sys.platform != "linux" or platform.machine() == "x86_64")
sys.exit(not fits)' 2>/dev/null
}

has_headers() {
    "${1:-false}" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' 2>/dev/null
}

# Prints own or pypi.
choose_library() {
    if [[ $PJSIP == own ]] || ! pypi_wheel_fits "$(find_python)"; then
        echo own
    else
        echo pypi
    fi
}

# --- System packages ------------------------------------------------------------------------------------------------

# Names of installed packages and of what they provide (a renamed library still provides its old name).
installed_packages() {
    dpkg-query -W -f='${db:Status-Status}, ${Package}, ${Provides}\n' |
        awk -F', *' '$1 == "installed" { for (i = 2; i <= NF; i++) { sub(/ .*/, "", $i); print $i } }'
}

names_in() {
    sed 's/#.*//; /^[[:space:]]*$/d' "$@"
}

wanted_packages() {
    names_in "${LISTS[@]}"
    if ! environment_is_ready && ! find_python >/dev/null; then
        printf '%s\n' python3 python3-venv
    fi
    if builds_own; then
        names_in packaging/pjsip/apt.txt
        has_headers "$(find_python)" || echo python3-dev
    fi
}

# Whether our own PJSIP is about to be built.
builds_own() {
    [[ ${LISTS[*]} == */pjsip/* ]] || { ! environment_is_ready && [[ $(choose_library) == own ]]; }
}

missing_packages() {
    comm -23 <(wanted_packages | sort -u) <(installed_packages | sort -u)
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" >&2
}

# The package lists are fetched only when installing fails without: they may be empty or too old.
install_packages() {
    local attempt
    apt install --no-install-recommends "$@" && return
    for attempt in 1 2 3; do
        say "fetching the package lists (attempt $attempt of 3)"
        apt update && apt install --no-install-recommends "$@" && return
        sleep $((attempt * 5))
    done
    fail "apt could not install: $*"
}

set_up_system() {
    local missing
    if ! command -v dpkg-query >/dev/null; then
        say "this is no Debian system: make sure that you have what these files list: ${LISTS[*]}"
        return
    fi
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || return 0
    as_root true 2>/dev/null || fail "system packages are missing; as root run: apt-get install ${missing[*]}"
    say "installing ${missing[*]}"
    install_packages "${missing[@]}"
}

# --- Virtual environment --------------------------------------------------------------------------------------------

# Changes whenever the environment would come out differently, also when the folder was moved.
environment_key() {
    { pwd; choose_library; echo "${PJPROJECT:-}"; cat requirements.lock pyproject.toml packaging/setup.sh packaging/pjsip/*; } | sha256sum | cut -d' ' -f1
}

environment_is_ready() {
    [[ -x $VENV/bin/python && -f $STAMP && $(<$STAMP) == "$(environment_key)" ]]
}

# Whether the environment can be brought up to date in place.
venv_is_whole() {
    python_fits $VENV/bin/python && $VENV/bin/python -m pip --version >/dev/null 2>&1 &&
        grep -qF "$PWD/$VENV" $VENV/bin/activate
}

pip_install() {
    $VENV/bin/python -m pip --disable-pip-version-check install --quiet --retries 5 "$@"
}

# Library $1 decides whether the wheel of PJSIP that the lock holds is among them; our own is built when the rest is there.
install_locked() {
    local wheel
    if [[ $1 == pypi ]]; then
        pip_install --require-hashes --only-binary :all: -r requirements.lock
        return
    fi
    pip_install --require-hashes --only-binary :all: -r <(awk '/^[^ ]/ { skip = /^pjsua2-python/ } !skip' requirements.lock)
    wheel=$(PYTHON=$PWD/$VENV/bin/python packaging/pjsip/build.sh)
    pip_install --no-deps "$wheel"
}

set_up_environment() {
    local python library
    environment_is_ready && return
    library=$(choose_library)
    # Clearing goes through a link, and would empty an environment that is somebody else's
    [[ ! -L $VENV ]] || fail "$VENV is a link to $(readlink "$VENV"): remove the link, and it is made anew here"
    python=$(find_python) || fail "Python 3.11 to 3.14 with venv is needed; name one with PYTHON=/path/to/python3.11"
    if ! venv_is_whole; then
        say "making $VENV with $("$python" --version)"
        "$python" -m venv --clear $VENV
    fi
    say "installing the Python packages of requirements.lock"
    rm -f $STAMP
    $VENV/bin/python -m pip uninstall --quiet --yes pjsua2 pjsua2-python 2>/dev/null # the two hold the same files
    install_locked "$library"
    pip_install --no-deps --no-build-isolation --editable .
    environment_key >$STAMP
    say "ready: $VENV/bin/softphone"
}

if [[ $1 == library ]]; then
    choose_library
else
    set_up_system
    set_up_environment
fi
