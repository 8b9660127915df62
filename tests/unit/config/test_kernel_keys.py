"""On a kernel with keyrings these tests use the real one; on another they prove that it is found out in time."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.config import kernel_keys
from softphone.config.kernel_keys import KernelSecretStore
from softphone.errors import UserFacingError

ACCOUNT = "sip:agent1@example.com"
WORKS = KernelSecretStore.works()


@pytest.fixture
def store() -> Iterator[KernelSecretStore]:
    store = KernelSecretStore(f"softphone test {os.getpid()}")
    yield store
    if WORKS:
        store.set_password(ACCOUNT, "")


def kept(store: KernelSecretStore, password: str) -> str:
    """What the store gives back of *password*; an empty text when this kernel refuses to keep anything."""
    try:
        store.set_password(ACCOUNT, password)
        return store.password(ACCOUNT)
    except UserFacingError as error:
        assert "The kernel does not keep the password" in str(error)
        return ""


@pytest.mark.parametrize("password", ["x", "pass wörd", "long" * 2000])
def test_what_is_kept_is_given_back(store: KernelSecretStore, password: str) -> None:
    assert kept(store, password) == (password if WORKS else "")
    assert kept(store, "another") == ("another" if WORKS else "")
    assert not store.lasting
    assert "another" not in repr(store)


def test_removed_means_gone_and_may_be_said_twice(store: KernelSecretStore) -> None:
    kept(store, "secret")
    assert kept(store, "") == ""
    assert kept(store, "") == ""


@pytest.mark.programs
def test_another_process_of_the_same_user_finds_it(store: KernelSecretStore) -> None:
    kept(store, "secret")
    code = (
        "import sys; from softphone.config.kernel_keys import KernelSecretStore as Store;"
        "print(Store(sys.argv[1]).password(sys.argv[2]) if Store.works() else '')"
    )
    command = [sys.executable, "-c", code, f"softphone test {os.getpid()}", ACCOUNT]
    root = Path(__file__).parents[3]
    run = subprocess.run(command, capture_output=True, text=True, cwd=root, timeout=30, check=True)
    assert run.stdout.strip() == ("secret" if WORKS else "")


def test_too_long_a_password_is_refused_in_words(store: KernelSecretStore) -> None:
    with pytest.raises(UserFacingError, match="The kernel does not keep the password"):
        store.set_password(ACCOUNT, "x" * 40_000)


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EPERM])
def test_a_kernel_that_forbids_it_is_found_out(
    store: KernelSecretStore, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Containers forbid these system calls."""

    def forbidden(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(kernel_keys, "_call", forbidden)
        assert not KernelSecretStore.works()
        with pytest.raises(UserFacingError, match="does not give the password"):
            store.password(ACCOUNT)


def test_a_machine_with_unknown_numbers_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert not KernelSecretStore.works()
