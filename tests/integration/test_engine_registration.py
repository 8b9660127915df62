"""Registering over UDP, TCP and TLS, and every way it can fail."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from softphone.model.ua_commands import Account, Dial, HangUp, Register, SetAccount
from softphone.model.ua_events import CallEnded, CommandRefused, EngineFailed, RegistrationChanged
from tests.integration.engine_process import EngineProcess, engine, start_of
from tests.integration.engine_sipp import EngineParty, EngineScript
from tests.lab.ports import free_port
from tests.lab.sip_message import Seen, said, was_asked
from tests.lab.tls import Authority, TlsFront

PORT, NOBODY = free_port(), free_port()
PASSWORD = "sesame-3f9c"


def account(port: int, transport: str = "udp", password: str = PASSWORD, expires: int = 120) -> Account:
    return Account("sip:agent1@example.com", f"sip:127.0.0.1:{port}", transport, "agent1", password, "off", expires)


def registrar(tcp: bool = False) -> EngineParty:
    """The first Call-ID is that of the REGISTER that learns the realm; another follows with the password."""
    return EngineParty(EngineScript(file="engine_registrar", password=PASSWORD, tcp=tcp, calls=9))


def unregistered(seen: Seen) -> bool:
    return (
        was_asked("REGISTER")(seen)
        and seen.message.header("Expires") == "0"
        and "Digest" in seen.message.header("Authorization")
    )


def invites(uri: str, seen: Seen) -> bool:
    """Whether this came in and calls *uri*."""
    return not seen.sent and seen.message.start.startswith(f"INVITE {uri} ")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority")).make()


@pytest.fixture
def plain() -> Iterator[EngineProcess]:
    with engine(PORT) as process:
        yield process


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_registers_on_start_again_on_demand_and_unregisters_at_the_end(transport: str, tmp_path: Path) -> None:
    trace = tmp_path / "sip.log"
    with registrar(tcp=transport == "tcp") as server:
        with engine(PORT, account=account(server.port, transport), sip_trace=str(trace)) as agent:
            assert agent.wait(RegistrationChanged) == RegistrationChanged(200, "OK", 60)
            before = server.count(was_asked("REGISTER"))
            agent.send(Register())
            agent.wait(RegistrationChanged, lambda event: event.code == 200)
            assert server.count(was_asked("REGISTER")) > before
        server.wait_for(unregistered)
        last = [seen.message for seen in server.wire if was_asked("REGISTER")(seen)][-1]
        assert last.header("Expires") == "0"
        assert ("TCP" if transport == "tcp" else "UDP") in last.header("Via")
        secrets = {seen.message.header("Authorization") for seen in server.wire if not seen.sent} - {""}
        text = trace.read_text()
    assert secrets
    assert text.count("\nAuthorization: ***\n") >= len(secrets)
    assert not any(secret in text for secret in secrets)


def test_the_password_is_nowhere_to_be_found(tmp_path: Path) -> None:
    trace = tmp_path / "sip.log"
    with registrar() as server, engine(PORT, account=account(server.port), sip_trace=str(trace)) as agent:
        agent.wait(RegistrationChanged)
        agent.send(SetAccount(account(server.port, "carrier pigeon")))
        agent.wait(CommandRefused)
        agent.write(b'{"v":1,"type":"SetAccount","body":{"account":{"password":"' + PASSWORD.encode() + b'"}}}\n')
        agent.send(SetAccount(account(server.port, "udp", PASSWORD + "\n")))
        agent.wait(CommandRefused)
    told = b"".join(agent.lines).decode() + "".join(agent.errors) + trace.read_text()
    assert PASSWORD not in told


def test_wrong_password_then_tried_again_then_corrected() -> None:
    with registrar() as server, engine(PORT, account=account(server.port, password="wrong")) as agent:
        assert agent.wait(RegistrationChanged).code == 401
        for _ in range(3):  # PJSIP itself never tries again after a run of 401
            before = server.count(was_asked("REGISTER"))
            agent.send(Register())
            assert agent.wait(RegistrationChanged).code == 401
            assert server.count(was_asked("REGISTER")) > before
        agent.send(SetAccount(account(server.port)))
        assert agent.wait(RegistrationChanged, lambda event: event.code == 200).expires_seconds == 60


def test_the_registration_is_refreshed_in_time() -> None:
    with registrar() as server, engine(PORT, account=account(server.port, expires=30)) as agent:
        agent.wait(RegistrationChanged)
        assert server.wait_for(said(200, "REGISTER"))
        assert server.count(said(200, "REGISTER")) == 1
        assert server.wait_for(was_asked("REGISTER")).header("Expires") == "30"


def test_nobody_answers(plain: EngineProcess) -> None:
    plain.send(SetAccount(account(NOBODY)))
    assert plain.wait(RegistrationChanged, timeout=7) == RegistrationChanged(0, "the registrar does not answer", 0)


@pytest.mark.parametrize(
    ("server", "words"),
    [(f"127.0.0.1:{NOBODY}", "refused"), ("nowhere.invalid", "cannot be found")],
    ids=["refused", "unknown"],
)
def test_no_registrar_there(plain: EngineProcess, server: str, words: str) -> None:
    plain.send(SetAccount(Account("sip:agent1@example.com", f"sip:{server}", "tcp", "agent1", PASSWORD)))
    result = plain.wait(RegistrationChanged)
    assert result.code == 0
    assert words in result.reason


def test_an_unknown_registrar_does_not_keep_the_engine_from_starting() -> None:
    with engine(PORT, account=Account("sip:a@example.com", "sip:nowhere.invalid")) as agent:
        assert agent.wait(RegistrationChanged).code == 0


def test_register_needs_a_registrar(plain: EngineProcess) -> None:
    plain.send(Register())
    assert "registrar" in plain.wait(CommandRefused).detail


def test_tls_with_a_trusted_certificate(authority: Authority) -> None:
    with registrar(tcp=True) as server, TlsFront(authority, server.port) as front:
        with engine(PORT, account=account(front.port, "tls"), ca_file=str(authority.ca_file)) as agent:
            assert agent.wait(RegistrationChanged).code == 200
        server.wait_for(unregistered)
        assert set(front.versions) <= {"TLSv1.2", "TLSv1.3"}
        assert "transport=TLS" in server.wait_for(was_asked("REGISTER")).header("Contact").replace("tls", "TLS")


def test_tls_with_a_certificate_of_somebody_else(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path).make()
    with TlsFront(authority, 1) as front:
        with engine(PORT, account=account(front.port, "tls"), ca_file=str(stranger.ca_file)) as agent:
            result = agent.wait(RegistrationChanged)
        assert result.code == 0
        assert "certificate" in result.reason.lower() or "issuer" in result.reason.lower()


def test_tls_with_a_certificate_for_another_name(tmp_path: Path) -> None:
    other = Authority(tmp_path, "DNS:somebody.example").make()
    with TlsFront(other, 1) as front:
        with engine(PORT, account=account(front.port, "tls"), ca_file=str(other.ca_file)) as agent:
            result = agent.wait(RegistrationChanged)
        assert result.code == 0
        assert result.reason


def test_tls_without_its_certificate_file() -> None:
    process = EngineProcess()
    process.send(start_of(PORT, account=account(NOBODY, "tls"), ca_file="/nowhere/ca.pem"))
    failed = process.wait(EngineFailed)
    assert failed.problem == "tls"
    assert "/nowhere/ca.pem" in failed.detail
    assert process.close() == 1


def test_addresses_of_the_registrar_go_through_it_and_others_do_not() -> None:
    with (
        registrar() as server,
        EngineParty(EngineScript(file="engine_final")) as peer,
        engine(PORT, account=account(server.port)) as agent,
    ):
        agent.wait(RegistrationChanged)
        agent.send(Dial("direct", peer.address))
        assert agent.wait(CallEnded, lambda event: event.call == "direct").code == 486
        invite = peer.wait_for(was_asked("INVITE"))
        assert (invite.header("Route"), "agent1@example.com" in invite.header("From")) == ("", True)
        agent.send(Dial("served", "sip:somebody@example.com"), Dial("number", "tel:+15550100"))
        for target in ("sip:somebody@example.com", "sip:+15550100@example.com;user=phone"):
            served = server.wait_for(partial(invites, target))
            assert f"127.0.0.1:{server.port}" in served.header("Route")
        agent.send(HangUp("served"), HangUp("number"))
        agent.wait(CallEnded, lambda event: event.call == "served")
        agent.wait(CallEnded, lambda event: event.call == "number")
