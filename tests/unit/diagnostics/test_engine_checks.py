from dataclasses import replace

import pytest

from softphone.diagnostics.check import CheckResult, CheckStatus
from softphone.diagnostics.engine_checks import callers_of_running_app, engine_results, registration_of_running_app
from softphone.diagnostics.engine_probe import EngineFindings
from softphone.model.settings import AccountSettings
from softphone.model.ua_events import (
    EngineFailed,
    EngineLost,
    EngineReady,
    RegistrationChanged,
    SipLibrary,
    SoundChanged,
)

OWN = SipLibrary("PJSIP 2.17, our own build", 16, False, True, ("opus/48000/2", "G722/16000/1"))
READY = EngineReady(1, 4711, "0.1.0", (), True, OWN)
SOUND = SoundChanged("Headset mic", "Headset", "Speakers")
ACCOUNT = AccountSettings("sip:agent1@example.com", "sip:example.com")
GOOD = EngineFindings(READY, sound=SOUND, registration=RegistrationChanged(200, "OK", 120))


def result(name: str, findings: EngineFindings, account: AccountSettings = ACCOUNT) -> CheckResult:
    (found,) = [result for result in engine_results(findings, account) if result.name == name]
    return found


def test_a_good_engine_is_good_in_everything() -> None:
    results = engine_results(GOOD, ACCOUNT)
    assert [(result.name, result.status) for result in results] == [
        ("engine", "ok"),
        ("SIP library", "ok"),
        ("TLS", "ok"),
        ("devices", "ok"),
        ("registration", "ok"),
        ("callers", "ok"),
    ]


@pytest.mark.parametrize(
    ("findings", "words", "remedy"),
    [
        (EngineFindings(failed=EngineFailed("port-in-use", "Port 25000 is in use.")), "Port 25000", "network.port"),
        (EngineFindings(failed=EngineFailed("bad-address", "No such address.")), "No such", "network.bind"),
        (EngineFindings(failed=EngineFailed("tls", "No such file.")), "No such file", "account.ca_file"),
        (EngineFindings(failed=EngineFailed("other", "Something.")), "Something", "log"),
        (EngineFindings(lost=EngineLost(-6, 1.0)), "status -6", "Install"),
        (EngineFindings(), "not ready", "Try again"),
    ],
)
def test_an_engine_that_does_not_start_says_why_and_what_to_do(
    findings: EngineFindings, words: str, remedy: str
) -> None:
    (found,) = engine_results(findings, ACCOUNT)
    assert (found.name, found.status) == ("engine", CheckStatus.FAILED)
    assert words in found.words and remedy in found.remedy


def test_the_library_is_described() -> None:
    assert result("SIP library", GOOD).words == "PJSIP 2.17, our own build; 16 calls at once; opus, G722"
    assert result("TLS", GOOD).words == "1.2 and 1.3"


def test_a_library_that_a_message_can_end_is_a_warning() -> None:
    wheel = replace(OWN, name="PJSIP 2.15.1", asserts=True, tls_1_3=False)
    findings = replace(GOOD, ready=replace(READY, library=wheel))
    assert result("SIP library", findings).status is CheckStatus.WARNING
    assert "packaging/pjsip" in result("SIP library", findings).remedy
    assert result("TLS", findings).words == "1.2"


def test_without_tls_it_depends_on_whether_it_is_wanted() -> None:
    findings = replace(GOOD, ready=replace(READY, tls=False))
    assert result("TLS", findings).status is CheckStatus.WARNING
    assert result("TLS", findings, replace(ACCOUNT, transport="tls")).status is CheckStatus.FAILED


def test_a_missing_device_is_named_with_its_reason() -> None:
    found = result("devices", replace(GOOD, sound=SoundChanged("", "Headset", "Speakers", "No microphone.")))
    assert found.status is CheckStatus.WARNING
    assert "microphone: none" in found.words and "No microphone." in found.words


def test_an_engine_silent_about_sound_is_a_warning() -> None:
    assert result("devices", replace(GOOD, sound=None)).status is CheckStatus.WARNING


@pytest.mark.parametrize(
    ("told", "words", "remedy"),
    [
        (RegistrationChanged(403, "Forbidden", 0), "403 Forbidden", "password"),
        (RegistrationChanged(404, "Not Found", 0), "404 Not Found", "account.sip_uri"),
        (RegistrationChanged(503, "Service Unavailable", 0), "503", "network"),
        (RegistrationChanged(0, "The name example.com cannot be resolved.", 0), "cannot be resolved", "network"),
        (None, "does not answer", "account.registrar"),
    ],
)
def test_a_registration_that_fails_says_why_and_what_to_do(
    told: RegistrationChanged | None, words: str, remedy: str
) -> None:
    found = result("registration", replace(GOOD, registration=told))
    assert found.status is CheckStatus.FAILED
    assert words in found.words and remedy in found.remedy


def test_without_a_registrar_nothing_is_wrong_without_an_account_something_is_missing() -> None:
    assert result("registration", GOOD, replace(ACCOUNT, registrar="")).status is CheckStatus.OK
    assert result("registration", GOOD, AccountSettings()).status is CheckStatus.WARNING


def test_the_running_app_knows_its_registration_best() -> None:
    assert registration_of_running_app("registered", "", ACCOUNT).status is CheckStatus.OK
    refused = registration_of_running_app("failed", "wrong password", ACCOUNT)
    assert (refused.status, refused.words) == (CheckStatus.FAILED, "wrong password")
    assert registration_of_running_app("none", "", replace(ACCOUNT, registrar="")).status is CheckStatus.OK


def test_who_may_call() -> None:
    assert result("callers", GOOD).words == "from the registrar and its proxies only"
    assert result("callers", GOOD, replace(ACCOUNT, registrar="")).words == "from anywhere, as there is no registrar"
    opened = result("callers", GOOD, replace(ACCOUNT, accept_from_anywhere=True))
    assert (opened.status, opened.words) == (CheckStatus.WARNING, "from anywhere")
    assert "account.accept_from_anywhere" in opened.remedy


def test_whoever_was_not_let_in_by_the_running_app_is_named() -> None:
    quiet = callers_of_running_app(0, [], ACCOUNT)
    assert (quiet.status, quiet.words) == (CheckStatus.OK, "from the registrar and its proxies only")
    told = callers_of_running_app(17, ["198.51.100.9", "198.51.100.10"], ACCOUNT)
    assert told.status is CheckStatus.WARNING
    assert told.words.endswith("; 17 requests were not let in, most from 198.51.100.9, 198.51.100.10")
    one = callers_of_running_app(1, ["198.51.100.9"], replace(ACCOUNT, registrar=""))
    assert (one.status, one.words.partition("; ")[2]) == (
        CheckStatus.OK,
        "1 request was not let in, most from 198.51.100.9",
    )
