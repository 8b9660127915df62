"""Text from outside as a terminal or a log may have it: what would steer either is shown and not obeyed."""

from __future__ import annotations

import json
import unicodedata


def printable(text: str, keep: str = "") -> str:
    """*text* with every control, direction and other invisible character written as Python writes it, but for *keep*.

    Escape sequences can retitle a terminal, hide lines or put words on its input; U+202E turns a number round.
    """
    if text.isprintable():
        return text
    return "".join(char if _shows(char) or char in keep else _python_escape(char) for char in text)


def printable_json(value: object, indent: int | None = None) -> str:
    """*value* as JSON for people and programs: letters of all languages as they are, what does not show escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(char if _shows(char) or char == "\n" else json.dumps(char)[1:-1] for char in text)


def _shows(char: str) -> bool:
    """Spaces of every width are harmless; numbers are written with some."""
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _python_escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
