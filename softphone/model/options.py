"""How a field is declared once, for the dialogs, the checks, the files and the docs alike."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """What a field is declared with. *low* and *high* are inclusive, both 0 for no range."""

    label: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 0


def option(
    default: Any = MISSING,
    help_text: str = "",
    *,
    label: str = "",
    choices: tuple[str, ...] = (),
    low: float = 0,
    high: float = 0,
) -> Any:
    """A dataclass field with its label and help text, and its choices or its inclusive range where it has one."""
    metadata = {"label": label, "help": help_text, "choices": choices, "low": low, "high": high}
    return field(default=default, metadata=metadata)


@cache
def declared(of: type, name: str) -> Option:
    """The declaration of the field *name* of the dataclass *of*."""
    return Option(**next(each.metadata for each in fields(of) if each.name == name))
