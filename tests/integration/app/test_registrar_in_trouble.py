"""What the window says of a registrar in trouble, and when it is asked again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.app import App
from tests.lab.moody_registrar import REFUSING, SILENT, WELL, MoodyRegistrar, busy
from tests.lab.ports import free_port
from tests.lab.provisioning import AGENT, Provisioning
from tests.lab.waiting import until


@pytest.fixture(scope="module")
def registrar() -> Iterator[MoodyRegistrar]:
    with MoodyRegistrar() as server:
        yield server


@pytest.fixture(scope="module")
def app(registrar: MoodyRegistrar) -> Iterator[App]:
    account = f"sip:{AGENT}@127.0.0.1:{registrar.port}"
    with App(Provisioning(free_port(), account=account, registrar=registrar.address, password="any")) as running:
        yield running


def says(app: App, state: str, timeout: float = 15.0) -> str:
    status = app.wait_for(lambda s: s["registration"] == state, f"the registration is {state}", timeout)
    return str(status["registration_text"])


def test_a_registrar_that_says_when_to_come_back_is_asked_then(app: App, registrar: MoodyRegistrar) -> None:
    says(app, "registered")
    registrar.mood = busy(3)
    assert says(app, "failed") == "the registrar is not available (503)"
    refused = registrar.asked[-1]
    registrar.mood = WELL
    says(app, "registered")
    again = next(asked for asked in registrar.asked if asked.at > refused.at)
    assert 3 <= again.at - refused.at < 5


def test_a_password_that_worked_is_not_thrown_away_by_one_refusal(app: App, registrar: MoodyRegistrar) -> None:
    says(app, "registered")
    registrar.mood = REFUSING
    assert says(app, "failed") == "the registrar refused the user name or the password (401)"
    tried = len(registrar.tries)
    registrar.mood = WELL
    says(app, "registered", 14)
    assert len(registrar.tries) == tried + 1


def test_a_silent_registrar_is_seen_on_the_window(app: App, registrar: MoodyRegistrar) -> None:
    says(app, "registered")
    registrar.mood = SILENT
    assert says(app, "failed") == "the registrar does not answer"
    registrar.mood = WELL
    says(app, "registered", 6)
    heard = len(registrar.asked)
    until(lambda: len(registrar.asked) > heard, "it is asked again although all is well", 12)
