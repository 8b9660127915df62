from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from softphone.config.atomic_file import replace_text

WRITING = """
import sys
from pathlib import Path
from softphone.config.atomic_file import replace_text

for number in range(1_000_000):
    replace_text(Path(sys.argv[1]), f"{number}\\n" * 20_000)
    print(number, flush=True)
"""


def test_the_file_is_replaced_and_private(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    replace_text(path, "new ü\n")
    assert path.read_bytes() == "new ü\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_text_that_cannot_be_written_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        replace_text(path, "half a pair \ud83d")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.programs
def test_kill_9_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", WRITING, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(5)]
        child.send_signal(signal.SIGKILL)
    lines = path.read_text().splitlines()
    assert len(lines) == 20_000
    assert len(set(lines)) == 1
    assert int(lines[0]) >= said[-1]
