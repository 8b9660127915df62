"""How ``database.url`` is read: “sqlite”, or where a team's PostgreSQL is. A password has no place in it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

SQLITE = "sqlite"
POSTGRESQL_PORT = 5432
TLS_MODES = ("disable", "require", "verify-ca", "verify-full")
"""The modes of libpq that say something definite: no TLS; TLS; with the authority checked; with the name, too."""

_SCHEMES = ("postgresql", "postgres")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """Where a PostgreSQL database is. *host* beginning with a slash is the directory of a UNIX socket."""

    user: str
    host: str
    port: int
    database: str
    tls: str

    @property
    def for_people(self) -> str:
        """In short, without what goes without saying."""
        port = "" if self.port == POSTGRESQL_PORT else f":{self.port}"
        return f"{self.database} at {_bracketed(self.host)}{port}"

    @property
    def text(self) -> str:
        """The URL without its query."""
        host = quote(self.host, safe="") if self.host.startswith("/") else _bracketed(self.host)
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        return f"postgresql://{user}{host}:{self.port}/{quote(self.database, safe='')}"

    @property
    def password_name(self) -> str:
        """What the keyring keeps the password under: it was given for this way of proving who the server is."""
        return f"{self.text}?sslmode={self.tls}"


def read_database_url(text: str, default_user: str = "") -> DatabaseUrl | None:
    """None for “sqlite”. Raises ValueError with words, never with a part of *text* that might be a password."""
    if text == SQLITE:
        return None
    parts = _attempt(lambda: urlsplit(text), "is not the address of a database: look for a stray bracket or blank")
    if parts.scheme.partition("+")[0] not in _SCHEMES or not parts.netloc + parts.path:
        raise ValueError(f"is not a database this softphone knows; use “{SQLITE}” or postgresql://host/database")
    if ":" in parts.netloc.rpartition("@")[0]:
        raise ValueError("must not hold a password: leave it out, and the softphone asks for it and keeps it safe")
    if "+" in parts.scheme:
        raise ValueError("has to begin with postgresql://, without the name of a driver")
    return _read(parts, default_user)


def _read(parts: SplitResult, default_user: str) -> DatabaseUrl:
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(set(query) - {"sslmode", "host"}):
        raise ValueError(f"has “{unknown[0]}” after its question mark; only sslmode and host can stand there")
    host = query.get("host") or unquote(parts.hostname or "")
    if not host:
        raise ValueError("names no host: postgresql://host/database")
    if any(character.isspace() or character in "@,?#" for character in host):
        raise ValueError("has a host name that cannot be one")
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise ValueError("has to end with the name of one database: postgresql://host/database")
    tls = query.get("sslmode") or ("disable" if is_local(host) else "verify-full")
    if tls not in TLS_MODES:
        raise ValueError(f"has an sslmode nobody knows; use one of {', '.join(TLS_MODES)}")
    return DatabaseUrl(unquote(parts.username or "") or default_user, host, _port(parts), database, tls)


def is_local(host: str) -> bool:
    """Whether what goes there does not leave this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.startswith("/") or host == "localhost"


def _port(parts: SplitResult) -> int:
    port = _attempt(lambda: parts.port, "has a port that is none: it is a number up to 65535")
    return POSTGRESQL_PORT if port is None else port


def _attempt(read: Callable[[], T], words: str) -> T:
    try:
        return read()
    except ValueError:
        raise ValueError(words) from None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("/") else host
