"""Real disks of a few megabytes, to be filled to the last byte or made read-only."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

BLOCK = b"\0" * 4096


class Disk:
    """A file system in memory, mounted at *path*."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, *, but: int = 0) -> None:
        """Leave room for so many bytes."""
        filler = self.path / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(BLOCK):
                pass
        with filler.open("r+b") as file:
            file.truncate(max(0, filler.stat().st_size - but))

    def empty(self) -> None:
        """Take away what filled it."""
        (self.path / "filler").unlink()

    def make_read_only(self) -> None:
        """Nothing can be written from now on."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.path)], check=True, timeout=30)


@contextmanager
def small_disk(size: str = "4M") -> Iterator[Disk]:
    """One of one's own. Not every machine lets its user mount one: there, what needs it is not tried."""
    with TemporaryDirectory() as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", name]
        done = subprocess.run(mount, capture_output=True, text=True, timeout=30, check=False)
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        try:
            yield Disk(Path(name))
        finally:
            subprocess.run(["umount", "-l", name], check=True, timeout=30)
