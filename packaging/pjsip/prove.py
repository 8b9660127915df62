"""Proves that a freshly built wheel is what it has to be: ``prove.py WHEEL``. Raises where it is not."""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

CODECS = ("opus/", "G722/", "PCMA/", "PCMU/")


def prove(wheel: Path) -> None:
    """Load it from a folder of its own and look."""
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(wheel).extractall(folder)
        sys.path.insert(0, folder)
        import pjsua2 as pj

        endpoint = pj.Endpoint()
        endpoint.libCreate()
        config = pj.EpConfig()
        config.uaConfig.maxCalls = 64
        config.logConfig.level = config.logConfig.consoleLevel = 0
        endpoint.libInit(config)
        found = [codec.codecId for codec in endpoint.codecEnum2()]
        missing = [name for name in CODECS if not any(codec.startswith(name) for codec in found)]
        if missing:
            raise SystemExit(f"codecs that are missing: {missing}")
        if not endpoint.utilSslGetAvailableCiphers():
            raise SystemExit("it has no TLS")
        print(f"PJSIP {endpoint.libVersion().full}, source {pj.SOURCE_SHA256}")  # noqa: T201
        endpoint.libDestroy()


if __name__ == "__main__":
    prove(Path(sys.argv[1]))
