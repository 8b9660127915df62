"""Our own build of PJSIP beside an environment that is on the wheel of PyPI."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path


def own_library(directory: Path) -> Path:
    """A folder in *directory* that, first on PYTHONPATH, makes a program load our own build. Builds it if need be."""
    wheel = subprocess.run(["packaging/pjsip/build.sh"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    library = directory / "library"
    zipfile.ZipFile(wheel).extractall(library)
    return library
