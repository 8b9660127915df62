#!/usr/bin/env bash
# Builds dist/softphone and proves that it works without the source tree: the demo, run from elsewhere, must succeed.
set -euo pipefail
cd "$(dirname "$0")/.."

.venv/bin/pyinstaller --noconfirm --log-level WARN build.spec

program=$PWD/dist/softphone
[[ -d $program ]] && program=$program/softphone
readonly ROOT=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$program" demo --headless --action ignore --keep "$scratch/kept"
ls "$scratch/kept"

# The driver for a team's database is loaded by name: where nobody listens it has to say just that
printf '[database]\nurl = "postgresql://nobody@127.0.0.1:1/team"\n' >team.toml
"$program" --data-dir "$scratch/team" settings import team.toml
if words=$("$program" --data-dir "$scratch/team" db upgrade 2>&1) || [[ $words != *"cannot be reached"* ]]; then
    printf 'without a server, db upgrade says: %s\n' "$words" >&2
    exit 1
fi
# SRTP encrypts with libraries that are loaded by name, too
(cd "$ROOT" && SOFTPHONE_PROGRAM=$program .venv/bin/pytest -q tests/integration/test_engine_library.py -k encrypted)
du -sh "$(dirname "$program")"
