"""Accounts tried out at a real registrar, right and wrong ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from softphone.diagnostics.registration_tester import EngineRegistrationTester
from softphone.engine_link.launch import engine_argv
from softphone.engine_link.process_user_agent import ProcessUserAgent
from softphone.model.settings import AccountSettings, NetworkSettings, Settings
from softphone.policy.registration_trial import RegistrationTrial
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio

SETTINGS = Settings(network=NetworkSettings(bind="127.0.0.1"))


@pytest.fixture(scope="module")
def kamailio() -> Iterator[Kamailio]:
    with running_kamailio() as server:
        yield server


@pytest.fixture
def account(kamailio: Kamailio) -> AccountSettings:
    return AccountSettings("sip:agent1@127.0.0.1", kamailio.registrar("udp"), username="agent1")


async def tried(account: AccountSettings, password: str = PASSWORD) -> RegistrationTrial:
    tester = EngineRegistrationTester(lambda: ProcessUserAgent(engine_argv()), lambda: SETTINGS, lambda: None)
    return await tester.try_account(account, password)


async def test_a_right_account(account: AccountSettings) -> None:
    assert (await tried(account)).succeeded


async def test_a_wrong_password_and_none(account: AccountSettings) -> None:
    assert "Wrong password" in (await tried(account, "guess")).words
    assert "there is none" in (await tried(account, "")).words


async def test_an_unknown_host(account: AccountSettings) -> None:
    result = await tried(replace(account, registrar="sip:nowhere.invalid"))
    assert result.words == "Unknown host: there is no server nowhere.invalid."


async def test_a_registrar_that_says_nothing(account: AccountSettings) -> None:
    assert "Timeout" in (await tried(replace(account, registrar="sip:127.0.0.9:25990"))).words


async def test_a_certificate_nobody_vouches_for(account: AccountSettings, kamailio: Kamailio) -> None:
    secure = replace(account, registrar=kamailio.registrar("tls"), transport="tls")
    assert (await tried(secure)).words.startswith("Certificate: ")
    assert (await tried(replace(secure, ca_file=str(kamailio.ca)))).succeeded
