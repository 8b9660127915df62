"""Telephone numbers made unreadable where whoever reads a log or a bundle need not know them."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(?<![\w.:*-])(\+?)(\d{3,})(\d{2})(?![\w.*-])")
_SPACED = re.compile(
    r"(?<![\w.:-])(\(\d{2,5}\)[ \d-]*|\+\d{1,3}[ \d().-]{4,}|\d{2,5}[ -]\d{3}[ \d-]{2,})(\d{2})(?![\w.:-])"
)
_IN_ADDRESS = re.compile(r"(?i)\b((?:sips?|tel):\+?)(\d{1,})(\d{2})(?=[@;>?\s\"',)\]}]|$)")


def mask_numbers(text: str) -> str:
    """*text* with all but the last two digits of telephone numbers made unreadable; ports and times stay."""
    text = _IN_ADDRESS.sub(lambda found: f"{found[1]}{'*' * len(found[2])}{found[3]}", text)
    text = _SPACED.sub(lambda found: re.sub(r"\d", "*", found[1]) + found[2], text)
    return _DIGITS.sub(
        lambda found: found[0] if len(found[0]) < 7 else f"{found[1]}{'*' * len(found[2])}{found[3]}", text
    )
