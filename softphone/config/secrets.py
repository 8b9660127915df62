"""Where passwords live: the keyring of the desktop; without one, the kernel's; without that, memory.

The keyring's calls ask other programs and may block while a person is asked to unlock it: call the
stores from a worker thread. No password is ever in a repr, a log line or an exception's text.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError

from softphone.config.kernel_keys import KernelSecretStore
from softphone.errors import UserFacingError
from softphone.ports import SecretStore

SERVICE = "softphone"
PROBE_SECONDS = 3.0
ANSWER_SECONDS = 60.0  # long enough for a person to type the keyring's own password
_SECURE_PRIORITY = 1  # keyring's own word for a recommended backend; below are “none” and plain files

_log = logging.getLogger(__name__)
T = TypeVar("T")


def open_secret_store() -> SecretStore:
    """The best store this machine has; says in the log which one, and never waits for a keyring that hangs."""
    backend = _usable_backend()
    if backend is not None:
        _log.info("passwords are kept in %s", type(backend).__module__)
        return KeyringSecretStore(backend)
    if KernelSecretStore.works():
        _log.info("no keyring: passwords are kept by the kernel until it forgets this user")
        return KernelSecretStore()
    _log.info("no keyring: passwords are kept in memory until the softphone ends")
    return _IN_MEMORY


class KeyringSecretStore:
    """ports.SecretStore on the keyring of the operating system."""

    lasting = True

    def __init__(self, backend: KeyringBackend, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._backend = backend
        self._answer_seconds = answer_seconds

    def password(self, account: str) -> str:
        """The password of this account, empty when there is none. Raises UserFacingError when it is locked."""
        return self._asked(lambda: self._found(account))

    def set_password(self, account: str, password: str) -> None:
        """Keep it; an empty one removes it. Raises UserFacingError when the keyring refuses."""
        self._asked(lambda: self._keep(account, password))

    def _found(self, account: str) -> str:
        """One kept under the address alone, as earlier versions did, belongs to the first account that asks for it."""
        if found := self._backend.get_password(SERVICE, account):
            return found
        former = _former_name(account)
        if former and (found := self._backend.get_password(SERVICE, former)):
            self._backend.set_password(SERVICE, account, found)
            self._removed(former)
        return found or ""

    def _keep(self, account: str, password: str) -> None:
        if password:
            self._backend.set_password(SERVICE, account, password)
        else:
            self._removed(account)
        if former := _former_name(account):
            self._removed(former)

    def _removed(self, account: str) -> None:
        try:
            self._backend.delete_password(SERVICE, account)
        except PasswordDeleteError:
            if self._backend.get_password(SERVICE, account):
                raise

    def _asked(self, question: Callable[[], T]) -> T:
        try:
            return _within(self._answer_seconds, question)
        except TimeoutError as error:
            raise UserFacingError("The keyring does not answer. Unlock it, or start it again.") from error
        except KeyringLocked as error:
            raise UserFacingError("The keyring is locked. Unlock it and try again.") from error
        except KeyringError as error:
            raise UserFacingError(f"The keyring refuses: {error}") from error


class MemorySecretStore:
    """ports.SecretStore for this session only."""

    lasting = False

    def __init__(self) -> None:
        self._passwords: dict[str, str] = {}

    def password(self, account: str) -> str:
        """The password of this SIP address, empty when there is none."""
        return self._passwords.get(account, "")

    def set_password(self, account: str, password: str) -> None:
        """Keep it; an empty one removes it."""
        self._passwords.pop(account, None)
        if password:
            self._passwords[account] = password


def _former_name(account: str) -> str:
    """What earlier versions kept the password of this account under, empty when it never was under another name."""
    address, _, what_for = account.partition("?" if account.startswith("postgresql:") else " ")
    return address if what_for else ""


_IN_MEMORY = MemorySecretStore()  # one for the process: the app may start again within it


def _usable_backend() -> KeyringBackend | None:
    """The keyring to use, if there is one that keeps secrets secret and answers."""
    try:
        backend = _within(PROBE_SECONDS, keyring.get_keyring)
        return backend if backend.priority >= _SECURE_PRIORITY else None
    except (KeyringError, RuntimeError, OSError) as error:  # TimeoutError is an OSError
        _log.warning("the keyring cannot be used: %s", type(error).__name__)
        return None


def _within(seconds: float, question: Callable[[], T]) -> T:
    """The answer to *question*, asked on a thread of its own. Raises TimeoutError, leaving a hung one behind."""
    answers: list[T] = []
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            answers.append(question())
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread
            failures.append(error)

    thread = threading.Thread(target=ask, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not answers:
        raise TimeoutError
    return answers[0]
