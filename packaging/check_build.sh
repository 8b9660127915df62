#!/usr/bin/env bash
# Builds dist/softphone and proves that it works without the source tree: the demo, run from elsewhere, must succeed.
set -euo pipefail
cd "$(dirname "$0")/.."

.venv/bin/pyinstaller --noconfirm --log-level WARN build.spec

program=$PWD/dist/softphone
[[ -d $program ]] && program=$program/softphone
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$program" demo --headless --action ignore --keep "$scratch/kept"
ls "$scratch/kept"
du -sh "$(dirname "$program")"
