#!/usr/bin/env bash
# Renews requirements.lock: every package of the app and its tools, for every system, pinned by hash, without URLs.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
.venv/bin/python -m venv "$tools"
"$tools/bin/pip" install --quiet uv
"$tools/bin/uv" pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
    --extra dev --extra pypi-pjsip --output-file requirements.lock "$@" pyproject.toml
