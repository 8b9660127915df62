"""SIP headers and addresses as plain values (RFC 3261 sections 7.3, 19.1 and 20)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_NAME_ADDR = re.compile(
    r'^\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<token>[^<"]*?))\s*<(?P<uri>[^>]*)>(?P<rest>.*)$', re.S
)
# No character that could end the address in the header it is put into, or begin another one there
_PARAMS = r"(?:;[^?,\s<>\x22\\^`{|}]*)?"
_SIP_URI = re.compile(
    r"(?P<scheme>sips?):(?:(?P<user>[^@\s<>\x22\\^`{|}]*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.\-]+)"
    rf"(?::(?P<port>[0-9]{{1,5}}))?(?P<params>{_PARAMS})(?:\?[^\s<>\x22]*)?",
    re.I,
)
_TEL_URI = re.compile(rf"tel:(?P<number>[+]?[0-9A-F*#().\- \xa0/]+)(?P<params>{_PARAMS})", re.I)  # RFC 3966, and blanks
_BLANKS = re.compile(r"[ \xa0/]")
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Header:
    """One header field: its name as it stood in the message and its unfolded value."""

    name: str
    value: str


def header_values(headers: Iterable[Header], name: str) -> tuple[str, ...]:
    """Every value of the header *name*, in message order; names compare without case."""
    wanted = name.casefold()
    return tuple(header.value for header in headers if header.name.casefold() == wanted)


def split_list(value: str) -> tuple[str, ...]:
    """The comma-separated elements of a header value; commas in quotes or in <> do not separate."""
    parts, start, quoted, angle = [], 0, False, False
    for index, char in enumerate(value):
        if char == '"' and (index == 0 or value[index - 1] != "\\"):
            quoted = not quoted
        elif not quoted and char in "<>":
            angle = char == "<"
        elif char == "," and not quoted and not angle:
            parts.append(value[start:index])
            start = index + 1
    parts.append(value[start:])
    return tuple(part.strip() for part in parts if part.strip())


def is_safe_header_value(value: str) -> bool:
    """Whether *value* can stand in a header: no CR, LF or other control character (RFC 3261 section 25.1)."""
    return not _FORBIDDEN.search(value)


@dataclass(frozen=True, slots=True)
class SipUri:
    """A sip, sips or tel URI. *params* keeps its leading semicolon; *port* 0 means none was given."""

    scheme: str
    user: str
    host: str
    port: int = 0
    params: str = ""

    @classmethod
    def parse(cls, text: str) -> SipUri:
        """Read an address such as ``sip:agent1@example.com:5070;transport=tcp``.

        Raises ValueError, with a text for people, when it is not one.
        """
        text = text.strip()
        if any(unicodedata.category(char) in _INVISIBLE for char in text):
            raise ValueError("the address contains a line break or another control character")
        if match := _TEL_URI.fullmatch(text):
            return cls("tel", _BLANKS.sub("", match["number"]), "", 0, match["params"])
        match = _SIP_URI.fullmatch(text)
        if match is None:
            raise ValueError(f"“{text}” is not a SIP address such as sip:name@example.com")
        port = int(match["port"] or 0)
        if port > 65535:
            raise ValueError(f"“{text}” has a port above 65535")
        return cls(match["scheme"].casefold(), match["user"] or "", match["host"].casefold(), port, match["params"])

    @property
    def address(self) -> tuple[str, str]:
        """What identifies a person: user part and host, without port and parameters."""
        return self.user.partition(":")[0].partition(";")[0], self.host

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user and self.host else self.user
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}:{user}{self.host}{port}{self.params}"


def tidy_address(text: str) -> str:
    """*text* in the usual writing of addresses; what is none stays as it was typed."""
    try:
        return str(SipUri.parse(text))
    except ValueError:
        return text.strip()


@dataclass(frozen=True, slots=True)
class NameAddr:
    """The value of a From, To, Contact or Diversion header: display name, URI, header parameters."""

    name: str
    uri: str
    params: str = ""

    @classmethod
    def parse(cls, value: str) -> NameAddr:
        """Split a name-addr or addr-spec; never raises, whatever the network sent."""
        match = _NAME_ADDR.match(value)
        if match is None:
            uri, _, params = value.strip().partition(";")
            return cls("", uri, f";{params}" if params else "")
        quoted = match["quoted"]
        name = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (match["token"] or "").strip()
        return cls(name, match["uri"].strip(), match["rest"].strip())

    @property
    def user(self) -> str:
        """The user part, or the number of a tel URI; empty when the address cannot be read."""
        try:
            return SipUri.parse(self.uri).address[0]
        except ValueError:
            return ""
