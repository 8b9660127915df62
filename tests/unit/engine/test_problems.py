"""PJSIP's errors in words a person understands."""

import errno
from dataclasses import dataclass

import pytest

from softphone.engine.problems import errno_of, listening_problem, plain, words


@dataclass
class Error:
    """The fields of pjsua2's Error."""

    status: int
    reason: str


@pytest.mark.parametrize(
    ("number", "problem", "text"),
    [
        (errno.EADDRINUSE, "port-in-use", "already uses 127.0.0.1 port 5060"),
        (errno.EADDRNOTAVAIL, "bad-address", "not an address of this machine"),
        (errno.EACCES, "bad-address", "above 1023"),
        (10048, "port-in-use", "already uses"),
    ],
)
def test_why_a_port_cannot_be_used(number: int, problem: str, text: str) -> None:
    error = listening_problem(120000 + number, "127.0.0.1", 5060)
    assert error.problem == problem
    assert text in error.detail


def test_other_statuses_hold_no_errno() -> None:
    assert errno_of(70013) == 0
    assert errno_of(171060) == 0


def test_known_and_unknown_statuses() -> None:
    assert (
        words(Error(70018, "gethostbyname() has returned error (PJ_ERESOLVE)"))
        == "the name of the server cannot be found"
    )
    assert words(Error(171001, "Object is busy")) == "Object is busy (171001)"
    assert words(ValueError("plain")) == "plain"
    assert plain("as it is") == "as it is"
