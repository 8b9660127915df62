"""The command line. Each command imports what it needs when it runs, so that ``softphone ctl`` is quick."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 no app is running."""
    from softphone.cli.dispatch import run

    return run(sys.argv[1:] if argv is None else argv)
