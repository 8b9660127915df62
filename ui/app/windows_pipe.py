"""The control socket as Windows has it, a named pipe: opened only when it is this user's own.

Anybody who is logged in can make a pipe of any name, before the app makes its own. Whoever speaks to it would tell
it what is dialled and what a provisioning file holds, passwords included, and by default would even lend it their
identity. So the pipe's owner is asked first, and nothing more than that is lent (SECURITY_IDENTIFICATION).
"""

from __future__ import annotations

import ctypes
import sys
from io import RawIOBase
from pathlib import Path

from softphone.errors import UserFacingError

_GENERIC_READ_WRITE = 0xC0000000
_OPEN_EXISTING = 3
_SECURITY_SQOS_PRESENT = 0x00100000
_SECURITY_IDENTIFICATION = 0x00010000
_SE_KERNEL_OBJECT = 6
_OWNER = 1
_TOKEN_QUERY = 8
_TOKEN_USER, _TOKEN_OWNER = 1, 4
_INVALID_HANDLE = ctypes.c_void_p(-1).value


def text_of_sid(sid: bytes) -> str:
    """The usual writing of a security identifier, S-1-5-21-…; layout: [MS-DTYP] section 2.4.2.2. Raises ValueError."""
    if len(sid) < 8 or sid[0] != 1 or len(sid) < 8 + 4 * sid[1]:
        raise ValueError("this is no security identifier")
    parts = [int.from_bytes(sid[8 + 4 * index : 12 + 4 * index], "little") for index in range(sid[1])]
    return "-".join(map(str, ("S", sid[0], int.from_bytes(sid[2:8], "big"), *parts)))


def refuse_a_strangers_pipe(owner: bytes, own: tuple[bytes, ...]) -> None:
    """Raise UserFacingError unless *owner* is one of *own*: this user, and who owns what this process makes."""
    if text_of_sid(owner) not in map(text_of_sid, own):
        raise UserFacingError(
            "The control socket belongs to another user of this computer, so nothing was sent to it. "
            "Ask whoever looks after the computer who has made it."
        )


if sys.platform == "win32":  # pragma: no cover - the functions above are what can be tried elsewhere
    import msvcrt
    import os
    from ctypes import wintypes

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
    _kernel32.CreateFileW.restype = wintypes.HANDLE
    _kernel32.GetCurrentProcess.restype = wintypes.HANDLE
    _kernel32.CloseHandle.argtypes = (wintypes.HANDLE,)
    _advapi32.GetLengthSid.argtypes = (ctypes.c_void_p,)
    _advapi32.GetSecurityInfo.argtypes = (
        wintypes.HANDLE,
        ctypes.c_int,
        wintypes.DWORD,
        *[ctypes.POINTER(ctypes.c_void_p)] * 5,
    )
    _advapi32.OpenProcessToken.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.HANDLE))
    _advapi32.GetTokenInformation.argtypes = (
        wintypes.HANDLE,
        ctypes.c_int,
        ctypes.c_void_p,
        wintypes.DWORD,
        ctypes.POINTER(wintypes.DWORD),
    )

    def open_pipe(name: str) -> RawIOBase:
        """The pipe *name* of the running app. Raises OSError when there is none, UserFacingError for a stranger's."""
        handle = _kernel32.CreateFileW(
            rf"\\.\pipe\{name}",
            _GENERIC_READ_WRITE,
            0,
            None,
            _OPEN_EXISTING,
            _SECURITY_SQOS_PRESENT | _SECURITY_IDENTIFICATION,
            None,
        )
        if handle == _INVALID_HANDLE:
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            refuse_a_strangers_pipe(_owner_of(handle), _own_sids())
            descriptor = msvcrt.open_osfhandle(handle, os.O_RDWR | os.O_BINARY)
        except BaseException:
            _kernel32.CloseHandle(handle)
            raise
        return os.fdopen(descriptor, "r+b", buffering=0)

    def _owner_of(handle: int) -> bytes:
        owner, descriptor = ctypes.c_void_p(), ctypes.c_void_p()
        none = ctypes.POINTER(ctypes.c_void_p)()
        status = _advapi32.GetSecurityInfo(
            handle, _SE_KERNEL_OBJECT, _OWNER, ctypes.byref(owner), none, none, none, ctypes.byref(descriptor)
        )
        if status:
            raise ctypes.WinError(status)
        try:
            return _bytes_of(owner)
        finally:
            _kernel32.LocalFree(descriptor)

    def _own_sids() -> tuple[bytes, ...]:
        """An administrator's processes may make things that belong to the group of administrators."""
        token = wintypes.HANDLE()
        if not _advapi32.OpenProcessToken(_kernel32.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            return tuple(_sid_in_token(token, what) for what in (_TOKEN_USER, _TOKEN_OWNER))
        finally:
            _kernel32.CloseHandle(token)

    def _sid_in_token(token: wintypes.HANDLE, what: int) -> bytes:
        """Both kinds of information begin with a pointer to the identifier."""
        size = wintypes.DWORD()
        _advapi32.GetTokenInformation(token, what, None, 0, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        if not _advapi32.GetTokenInformation(token, what, buffer, size, ctypes.byref(size)):
            raise ctypes.WinError(ctypes.get_last_error())
        return _bytes_of(ctypes.c_void_p.from_buffer(buffer))

    def _bytes_of(sid: ctypes.c_void_p) -> bytes:
        return ctypes.string_at(sid, _advapi32.GetLengthSid(sid))

else:

    def open_pipe(name: str) -> RawIOBase:
        """There are no named pipes here. Raises OSError."""
        return Path(rf"\\.\pipe\{name}").open("r+b", buffering=0)
