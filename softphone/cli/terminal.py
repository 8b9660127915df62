"""What commands print: the only way to a terminal, because names, notes and reasons come from the network."""

from __future__ import annotations

import sys

from softphone.model.printable import printable

_KEPT = "\n\t"


def say(text: str) -> None:
    """Print *text*, nothing for nothing."""
    if text:
        print(printable(text, _KEPT), flush=True)  # noqa: T201


def tell(text: str) -> None:
    """Print *text* beside the answer, which may be read by a program."""
    print(printable(text, _KEPT), file=sys.stderr)  # noqa: T201


def complain(text: str) -> None:
    """Print *text* as this program's complaint."""
    print(f"softphone: {printable(text, _KEPT)}", file=sys.stderr)  # noqa: T201
