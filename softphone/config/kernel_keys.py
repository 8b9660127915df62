"""Passwords in the Linux kernel's user keyring: shared by the processes of one user, gone with their last session.

The system calls of keyrings(7), by number: the C library has no functions for them.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys

from softphone.errors import UserFacingError

_SYSCALLS = {"x86_64": (248, 250), "aarch64": (217, 219)}  # add_key, keyctl
_USER_KEYRING = -4
_SETPERM, _UNLINK, _SEARCH, _READ = 5, 9, 10, 11
_ALL_FOR_OWNER = 0x3F3F0000  # a process whose session does not possess the user keyring may read it by its user id
_ABSENT = {126, 127, 128}  # ENOKEY, EKEYEXPIRED, EKEYREVOKED, which only Linux has names for


class KernelSecretStore:
    """ports.SecretStore in the kernel; not lasting, but found by the user's next process."""

    lasting = False

    def __init__(self, prefix: str = "softphone") -> None:
        self._prefix = prefix

    @staticmethod
    def works() -> bool:
        """Whether this kernel has keyrings and lets this process use them: asked for a key that does not exist."""
        if not sys.platform.startswith("linux") or platform.machine() not in _SYSCALLS:
            return False
        try:
            return _search(b"softphone probe") is None
        except OSError:
            return False

    def password(self, account: str) -> str:
        """The password of this SIP address, empty when there is none. Raises UserFacingError when it cannot be read."""
        try:
            key = _search(self._name(account))
            return "" if key is None else _read(key).decode()
        except OSError as error:
            raise UserFacingError(f"The kernel does not give the password: {error.strerror}.") from error

    def set_password(self, account: str, password: str) -> None:
        """Keep it; an empty one removes it. Raises UserFacingError when the kernel refuses."""
        name = self._name(account)
        try:
            if password:
                _add(name, password.encode())
            elif (key := _search(name)) is not None:
                _keyctl(_UNLINK, key, _USER_KEYRING)
        except OSError as error:
            raise UserFacingError(f"The kernel does not keep the password: {error.strerror}.") from error

    def _name(self, account: str) -> bytes:
        return f"{self._prefix}:{account}".encode()


def _add(name: bytes, payload: bytes) -> None:
    add_key, _ = _SYSCALLS[platform.machine()]
    key = _call(add_key, b"user", name, payload, len(payload), _USER_KEYRING)
    _keyctl(_SETPERM, key, _ALL_FOR_OWNER)


def _search(name: bytes) -> int | None:
    try:
        return _keyctl(_SEARCH, _USER_KEYRING, b"user", name, 0)
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        raise


def _read(key: int) -> bytes:
    """The payload, asked for once for its length and once for itself."""
    buffer = ctypes.create_string_buffer(_keyctl(_READ, key, None, 0))
    length = _keyctl(_READ, key, buffer, len(buffer))
    return buffer.raw[:length]


def _keyctl(operation: int, *arguments: object) -> int:
    _, keyctl = _SYSCALLS[platform.machine()]
    return _call(keyctl, operation, *arguments)


def _call(number: int, *arguments: object) -> int:
    """One system call. Raises OSError as it reports."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result: int = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
