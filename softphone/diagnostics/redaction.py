"""Blanks what must never be read in a log: passwords, keys, and what a password can be guessed from.

It works on finished text, so it also covers tracebacks and whatever a library writes. When in doubt it
blanks too much. The repetitions are bounded, or a long line would take a time that grows with its square.
"""

from __future__ import annotations

import re

BLANK = "***"

_HEADER = re.compile(r"(?im)((?:proxy-)?authorization[ \t]*:[ \t]*)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")
_NAME = r"""[\w-]{0,40} (?: password | passwd | passphrase | secret | token | pickup ) [\w-]{0,40} ["']? [ \t]{0,9}"""
_QUOTED = r"""(?: "(?:\\.|[^"\\\r\n])*(?:"|$) | '(?:\\.|[^'\\\r\n])*(?:'|$) )"""  # its end may be cut off
_ASSIGNED = re.compile(
    rf"""({_NAME} (?: [=:] [ \t]*+ (?={_QUOTED}) | = [ \t]*+ )) (?!\*\*\*) (?:{_QUOTED} | [^\s,;&>"']+)""",
    re.X | re.I | re.M,
)
_COLON = re.compile(
    rf"""((?<![\w.-]) {_NAME} : [ \t]*+) (?!\*\*\*) [^\r\n"']+""", re.X | re.I
)  # not a dotted logger name
_DIGEST = re.compile(
    r"""(?i)\b((?:response|cnonce|nextnonce|rspauth)[ \t]*=[ \t]*)(?:"[^"\r\n]*(?:"|$)|[0-9a-z]+)""", re.M
)
_MEDIA_KEY = re.compile(r"(?i)(inline:)[^\s|]+")
_IN_ADDRESS = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]{0,20}:(?://)?[^\s:@/<>\"']{0,100}:)[^\s@<>\"']{1,200}(?=@)")


def redact(text: str) -> str:
    """*text* with every secret replaced by BLANK."""
    text = _HEADER.sub(rf"\g<1>{BLANK}", text)
    text = _ASSIGNED.sub(rf"\g<1>{BLANK}", text)
    text = _COLON.sub(rf"\g<1>{BLANK}", text)
    text = _DIGEST.sub(rf"\g<1>{BLANK}", text)
    text = _MEDIA_KEY.sub(rf"\g<1>{BLANK}", text)
    return _IN_ADDRESS.sub(rf"\g<1>{BLANK}", text)
