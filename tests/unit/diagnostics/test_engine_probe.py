import pytest

from softphone.diagnostics import engine_probe
from softphone.diagnostics.engine_probe import EngineFindings, probe_engine
from softphone.model.ua_commands import Account, Start
from softphone.model.ua_events import EngineFailed, EngineLost, EngineReady, RegistrationChanged, SoundChanged
from tests.fakes.telling_agent import TellingAgent

READY = EngineReady(1, 4711, "0.1.0", ("udp:127.0.0.1:25000",), True)
SOUND = SoundChanged("Headset mic", "Headset", "Speakers")
REGISTERED = RegistrationChanged(200, "OK", 120)
WITH_REGISTRAR = Start(Account("sip:a@example.com", registrar="sip:example.com"))
ALONE = Start(Account("sip:a@example.com"))


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("READY_SECONDS", "SOUND_SECONDS", "REGISTRATION_SECONDS"):
        monkeypatch.setattr(engine_probe, name, 0.05)


async def test_everything_it_tells_is_found() -> None:
    agent = TellingAgent([READY, SOUND, REGISTERED])
    assert await probe_engine(agent, WITH_REGISTRAR) == EngineFindings(
        ready=READY, sound=SOUND, registration=REGISTERED
    )
    assert agent.stopped
    assert agent.configuration == WITH_REGISTRAR


async def test_a_registration_nobody_asked_for_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_probe, "REGISTRATION_SECONDS", 3600)
    assert (await probe_engine(TellingAgent([READY, SOUND]), ALONE)).registration is None


async def test_one_that_fails_is_not_asked_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_probe, "SOUND_SECONDS", 3600)
    failure = EngineFailed("port-in-use", "Port 25000 is in use.")
    agent = TellingAgent([failure])
    assert await probe_engine(agent, ALONE) == EngineFindings(failed=failure)
    assert agent.stopped


async def test_one_that_dies_is_found_dead() -> None:
    lost = EngineLost(-6, 1.0)
    assert await probe_engine(TellingAgent([lost]), ALONE) == EngineFindings(lost=lost)


async def test_silence_is_a_finding_too() -> None:
    agent = TellingAgent([])
    assert await probe_engine(agent, ALONE) == EngineFindings()
    assert agent.stopped
