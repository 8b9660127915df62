"""An agent's softphone of the team that says on SIGUSR1 what can be read on its windows; see ``readable_app``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from softphone.demo.team.phone_program import main
from tests.lab.readable_app import SEEN, seen


def tell(folder: Path) -> None:
    """Whole or not at all."""
    half = folder / f"{SEEN}.half"
    half.write_text(json.dumps(list(seen())))
    half.replace(folder / SEEN)


if __name__ == "__main__":
    sys.exit(main(tell))
