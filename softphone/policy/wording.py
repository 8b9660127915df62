"""Small pieces of language that rules and checks share."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from softphone.model.profile import UserProfile

_MOST_COMPARED = 200  # beyond that looking for a likeness takes longer than a file of bad lines may


def sentence(text: str) -> str:
    """*text* with a capital letter in front and a full stop behind; empty stays empty."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}" if text else ""


def name_of(user: UserProfile) -> str:
    """What people call a user."""
    return user.name or user.login


def minutes(seconds: float) -> str:
    """A length of time as people read it on a clock: “0:20”, “5:00”."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def suggestion(word: str, known: Collection[str]) -> str:
    """A question about what was meant, when one of a few known words is close to *word*."""
    close = difflib.get_close_matches(word, known, n=1) if len(known) <= _MOST_COMPARED else []
    return f"; did you mean “{close[0]}”?" if close else ""
