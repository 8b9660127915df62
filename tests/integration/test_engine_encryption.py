"""Who the server is, and that mandatory encryption is mandatory: real certificates, real offers and answers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from softphone.model.ua_commands import Account, Dial
from softphone.model.ua_events import CallEnded, CallEstablished, IncomingCall, RegistrationChanged
from softphone.policy.registration import failure_in_words
from tests.integration.engine_process import EngineProcess, engine
from tests.lab.ports import free_port
from tests.lab.tls import Authority, TlsFront

pytestmark = pytest.mark.programs

_SIGNED = "openssl x509 -req -in server.csr -out server.pem -extfile names"
_BY_AUTHORITY = f"{_SIGNED} -CA ca.pem -CAkey ca.key -CAcreateserial"


def for_another_host(directory: Path) -> tuple[Authority, Path]:
    authority = Authority(directory, "DNS:somebody.example").make()
    return authority, authority.ca_file


def of_another_authority(directory: Path) -> tuple[Authority, Path]:
    (directory / "stranger").mkdir()
    return Authority(directory).make(), Authority(directory / "stranger").make().ca_file


def expired(directory: Path) -> tuple[Authority, Path]:
    authority = Authority(directory).make()
    subprocess.run(f"{_BY_AUTHORITY} -days -1".split(), cwd=directory, check=True, capture_output=True)
    return authority, authority.ca_file


def signed_by_itself(directory: Path) -> tuple[Authority, Path]:
    authority = Authority(directory).make()
    (directory / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    subprocess.run(f"{_SIGNED} -signkey server.key -days 2".split(), cwd=directory, check=True, capture_output=True)
    return authority, authority.ca_file


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (for_another_host, "server identity does not match"),
        (of_another_authority, "certificate is untrusted"),
        (expired, "certificate has expired"),
        (signed_by_itself, "certificate is untrusted"),
    ],
)
def test_a_server_that_cannot_prove_who_it_is_gets_nothing_and_the_reason_is_told(
    make: Callable[[Path], tuple[Authority, Path]], words: str, tmp_path: Path
) -> None:
    authority, trusted = make(tmp_path)
    with TlsFront(authority, 1) as front:
        account = Account(
            "sip:agent1@example.com", f"sip:127.0.0.1:{front.port}", "tls", "agent1", "sesame", "off", 120
        )
        with engine(free_port(), account=account, ca_file=str(trusted)) as agent:
            result = agent.wait(RegistrationChanged)
    assert result.code == 0
    assert words in failure_in_words(result)


@pytest.mark.parametrize(("calling", "called"), [("off", "mandatory"), ("mandatory", "off")])
def test_mandatory_encryption_makes_no_plain_call_in_either_direction(calling: str, called: str) -> None:
    here, there = free_port(), free_port()
    with (
        engine(here, account=Account(f"sip:somebody@127.0.0.1:{here}", srtp=calling)) as caller,
        engine(there, account=Account(f"sip:somebody@127.0.0.1:{there}", srtp=called)) as callee,
    ):
        caller.send(Dial("out", f"sip:somebody@127.0.0.1:{there}"))
        assert caller.wait(CallEnded).code in (406, 488, 606)
        assert nothing_rang_or_came_up(caller, callee)


def nothing_rang_or_came_up(*phones: EngineProcess) -> bool:
    return not any(each.of_type(IncomingCall) or each.of_type(CallEstablished) for each in phones)
