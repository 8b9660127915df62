#!/usr/bin/env bash
# Known weaknesses, licences and a bill of materials of what is shipped, for packagers; reports go to out/audit.
set -euo pipefail
cd "$(dirname "$0")/.."

out=out/audit
tools=$out/tools
mkdir -p "$out"
failed=0

if [[ ! -x $tools/bin/pip-audit ]]; then
	python3 -m venv "$tools"
	if ! "$tools/bin/pip" install --quiet pip-audit==2.10.* pip-licenses==5.5.* cyclonedx-bom==7.*; then
		rm -rf "$tools"
		echo "audit: the tools cannot be installed: they come from the package registry, which needs a connection." >&2
		exit 3
	fi
fi

# Name, what it writes to, then the command
report() {
	local name=$1 file=$2
	shift 2
	if "$@" >"$file" 2>"$file.err"; then
		echo "audit: $name: $file"
	else
		failed=1
		echo "audit: $name found something, or could not be made; see $file and $file.err" >&2
	fi
}

report "licences" "$out/licences.md" "$tools/bin/pip-licenses" --python=.venv/bin/python --format=markdown --with-urls
report "bill of materials" "$out/sbom.json" "$tools/bin/cyclonedx-py" environment .venv/bin/python
if "$tools/bin/python" -c "import socket; socket.create_connection(('api.osv.dev', 443), 5).close()" 2>/dev/null; then
	report "known weaknesses" "$out/weaknesses.txt" "$tools/bin/pip-audit" --requirement requirements.lock \
		--disable-pip --vulnerability-service osv
else
	echo "audit: known weaknesses: NOT LOOKED FOR, the list of them (api.osv.dev) cannot be reached from here." >&2
	failed=3
fi
exit "$failed"
