"""What can go wrong in the engine, in words a person understands."""

from __future__ import annotations

import errno
from typing import Any

_OS_ERROR = 120000  # pjlib: PJ_ERRNO_START_SYS, an errno is added to it
_PLAIN = {
    "PJ_ERESOLVE": "the name of the server cannot be found",
    "PJ_ETOOMANY": "all lines are in use; a call whose other side is silent takes half a minute to end",
    "PJSIP_EUNSUPTRANSPORT": "this transport is not available",
}
_WINSOCK = 10000  # Windows numbers its socket errors from here


class CannotDoError(Exception):
    """A command cannot be carried out; the text says why and is sent as CommandRefused."""


class StartError(Exception):
    """The user agent cannot start; becomes EngineFailed."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


def words(error: Any) -> str:
    """A pj.Error as a short text. Its status stays in it, since that is what a support person searches for."""
    reason = str(getattr(error, "reason", "") or error).strip()
    status = int(getattr(error, "status", 0))
    return plain(f"{reason} ({status})" if status else reason)


def plain(reason: str) -> str:
    """Plain words for the errors people meet, PJSIP's own *reason* for the others. It names each in brackets."""
    return next((text for name, text in _PLAIN.items() if f"({name})" in reason), reason)


def errno_of(status: int) -> int:
    """The operating system's error number inside a pjlib status, 0 when it holds none."""
    return status - _OS_ERROR if _OS_ERROR < status < _OS_ERROR + 20000 else 0


def listening_problem(status: int, bind: str, port: int) -> StartError:
    """Why a transport could not listen."""
    number = errno_of(status)
    place = f"{bind or 'this machine'} port {port}"
    if number in (errno.EADDRINUSE, _WINSOCK + 48):
        return StartError("port-in-use", f"Another program already uses {place}. Choose another port in the settings.")
    if number in (errno.EACCES, _WINSOCK + 13):
        return StartError("bad-address", f"This user may not listen on {place}. Choose a port above 1023.")
    return StartError("bad-address", f"“{bind}” is not an address of this machine (status {status}).")
