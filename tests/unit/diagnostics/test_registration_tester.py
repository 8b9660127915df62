from dataclasses import replace

from softphone.diagnostics.registration_tester import EngineRegistrationTester
from softphone.model.settings import AccountSettings, NetworkSettings, Settings
from softphone.model.ua_commands import SoundChoice
from softphone.model.ua_events import EngineFailed, EngineLost, EngineReady, RegistrationChanged, SoundChanged, UaEvent
from softphone.policy.registration_trial import RegistrationTrial
from tests.fakes.telling_agent import TellingAgent

ACCOUNT = AccountSettings("sip:agent1@example.com", "sip:example.com", "tls", "one", "mandatory", "ca.pem")
SETTINGS = Settings(network=NetworkSettings("127.0.0.1", 5060))
UP = (EngineReady(1, 4711, "", (), True), SoundChanged("", "", ""))


class Desk:
    """A tester and what it did."""

    def __init__(self, *told: UaEvent) -> None:
        self.agent = TellingAgent(list(told))
        self.registered_again = 0
        self.tester = EngineRegistrationTester(lambda: self.agent, lambda: SETTINGS, self._again)

    def _again(self) -> None:
        assert self.agent.stopped, "only when the trial's own registration is taken back"
        self.registered_again += 1


async def test_the_account_is_tried_beside_the_one_in_use() -> None:
    desk = Desk(*UP, RegistrationChanged(200, "OK", 60))
    result = await desk.tester.try_account(ACCOUNT, "secret")
    assert result == RegistrationTrial(True, "example.com accepts sip:agent1@example.com.")
    start = desk.agent.configuration
    assert start is not None
    assert (start.bind, start.port, start.ca_file) == ("127.0.0.1", 0, "ca.pem")
    assert start.sound == SoundChoice("none", "none", "none")
    account = start.account
    assert (account.transport, account.username, account.password, account.srtp) == (
        "tls",
        "one",
        "secret",
        "mandatory",
    )
    assert desk.registered_again == 1


async def test_a_refusal_is_told_in_words() -> None:
    desk = Desk(*UP, RegistrationChanged(401, "Unauthorized", 0))
    assert "Wrong password" in (await desk.tester.try_account(ACCOUNT, "guess")).words
    assert desk.registered_again == 1


async def test_nobody_is_asked_about_an_account_without_a_registrar() -> None:
    desk = Desk()
    assert "direct calls" in (await desk.tester.try_account(replace(ACCOUNT, registrar=""), "")).words
    assert not desk.agent.stopped
    assert desk.registered_again == 0


async def test_a_user_agent_that_does_not_start_says_why() -> None:
    desk = Desk(EngineFailed("tls", "There is no certificate file ca.pem."))
    result = await desk.tester.try_account(ACCOUNT, "secret")
    assert (result.succeeded, result.words) == (False, "There is no certificate file ca.pem.")


async def test_a_user_agent_that_dies_is_no_working_account() -> None:
    result = await Desk(EngineLost(-6, 1.0)).tester.try_account(ACCOUNT, "secret")
    assert (result.succeeded, result.words) == (False, "The test could not be made.")
