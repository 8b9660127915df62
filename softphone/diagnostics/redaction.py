"""Blanks what must never be read in a log: passwords, keys, and what a password can be guessed from.

It works on finished text, so it also covers tracebacks and whatever a library writes. When in doubt it
blanks too much.
"""

from __future__ import annotations

import re

BLANK = "***"

_HEADER = re.compile(r"(?im)((?:proxy-)?authorization[ \t]*:[ \t]*)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")
_ASSIGNED = re.compile(
    r"""(?ix)
    ( [\w-]* (?: password | passwd | passphrase | secret | token | pickup ) [\w-]* ["']? [ \t]* )  # the name
    (?: ( [=:] [ \t]* ) (?: "(?:\\.|[^"\\\r\n])*(?:"|$) | '(?:\\.|[^'\\\r\n])*(?:'|$) )  # a quoted value, ended or not
      | ( = [ \t]*+ ) (?! \*\*\* ) [^\s,;&>"']+
      | ( : [ \t]*+ ) (?! \*\*\* ) [^\r\n"']+ )
    """,
    re.M,
)
_DIGEST = re.compile(
    r"""(?i)\b((?:response|cnonce|nextnonce|rspauth)[ \t]*=[ \t]*)(?:"[^"\r\n]*(?:"|$)|[0-9a-z]+)""", re.M
)
_MEDIA_KEY = re.compile(r"(?i)(inline:)[^\s|]+")
_IN_ADDRESS = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*:(?://)?[^\s:@/<>\"']*:)[^\s@<>\"']+(?=@)")


def redact(text: str) -> str:
    """*text* with every secret replaced by BLANK."""
    text = _HEADER.sub(rf"\g<1>{BLANK}", text)
    text = _ASSIGNED.sub(_blank_value, text)
    text = _DIGEST.sub(rf"\g<1>{BLANK}", text)
    text = _MEDIA_KEY.sub(rf"\g<1>{BLANK}", text)
    return _IN_ADDRESS.sub(rf"\g<1>{BLANK}", text)


def _blank_value(match: re.Match[str]) -> str:
    separator = match[2] or match[3] or match[4]
    return f"{match[1]}{separator}{BLANK}"
