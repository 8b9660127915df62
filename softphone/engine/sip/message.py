"""Reads a SIP message as it came from the network (RFC 3261 section 7.3): start line and every header, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from softphone.model.sip import Header, header_values

_COMPACT_NAMES = {  # RFC 3261 section 7.3.3 and the extensions registered since
    "c": "Content-Type",
    "e": "Content-Encoding",
    "f": "From",
    "i": "Call-ID",
    "k": "Supported",
    "l": "Content-Length",
    "m": "Contact",
    "o": "Event",
    "r": "Refer-To",
    "s": "Subject",
    "t": "To",
    "u": "Allow-Events",
    "v": "Via",
    "x": "Session-Expires",
    "b": "Referred-By",
    "j": "Reject-Contact",
    "d": "Request-Disposition",
    "a": "Accept-Contact",
    "y": "Identity",
}
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # surrogates that stand for no byte


def readable(text: str) -> str:
    """*text* as pjsua2 gives it, read as well as it can be: it has no lone surrogates, so it can be written anywhere.

    A byte that is not UTF-8 arrives as a surrogate (PEP 383). SIP knows UTF-8 only (RFC 3261 section 7.3.1), but
    telephone systems write names in Latin-1, which any bytes can be read as.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return _NO_BYTE.sub("?", text).encode(errors="surrogateescape").decode("latin-1")
    return text


@dataclass(frozen=True, slots=True)
class SipMessage:
    """A start line and headers; compact names are written out, values unfolded, repeated headers kept apart."""

    start_line: str
    headers: tuple[Header, ...]

    @classmethod
    def parse(cls, text: str) -> SipMessage:
        """Read *text*; never raises, whatever the network sent. The body is left out."""
        lines = _unfold(text)
        return cls(lines[0] if lines else "", tuple(_headers(lines[1:])))

    @property
    def request_uri(self) -> str:
        """The Request-URI, empty when the start line is not a request's."""
        parts = self.start_line.split()
        return parts[1] if len(parts) == 3 and parts[2].upper().startswith("SIP/") else ""

    def first(self, name: str) -> str:
        """The first value of the header *name*, or an empty string."""
        return next(iter(header_values(self.headers, name)), "")


def _unfold(text: str) -> list[str]:
    """The lines of the head; a line that starts with white space continues the one before it."""
    lines: list[str] = []
    for line in text.lstrip("\r\n").split("\n"):
        line = readable(line.rstrip("\r"))
        if not line:
            break
        if line[0] in " \t" and lines:
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
        else:
            lines.append(line)
    return lines


def _headers(lines: list[str]) -> list[Header]:
    found = []
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.strip()
        if colon and name:
            found.append(Header(_COMPACT_NAMES.get(name.casefold(), name), value.strip()))
    return found
