"""``softphone demo --team --keep DIR`` as its user runs it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.lab.app import SOFTPHONE


def test_the_team_does_what_it_promises_and_leaves_what_was_asked_for(tmp_path: Path) -> None:
    keep = tmp_path / "kept"
    command = [SOFTPHONE, "demo", "--team", "--keep", str(keep)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((keep / "result.json").read_text())
    assert result["ok"]
    assert result["checks"][0]["name"] == "sequence"
    for agent in ("agent1", "agent2", "agent3"):
        assert {f"{agent}.png", f"{agent}.wav", f"{agent}-sip.log"} <= {file.name for file in keep.iterdir()}
    written = "".join(file.read_text(errors="replace") for file in keep.iterdir() if file.suffix in (".log", ".json"))
    assert "change-me" not in written
