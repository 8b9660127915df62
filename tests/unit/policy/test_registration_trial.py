from dataclasses import replace

import pytest

from softphone.model.settings import AccountSettings
from softphone.model.ua_events import RegistrationChanged
from softphone.policy.registration_trial import nothing_to_try, trial_result

ACCOUNT = AccountSettings("sip:agent1@example.com", "sip:pbx.example.com:5070")


def test_a_registered_account_works() -> None:
    result = trial_result(ACCOUNT, "secret", RegistrationChanged(200, "OK", 120))
    assert result.succeeded
    assert result.words == "pbx.example.com:5070 accepts sip:agent1@example.com."
    assert result.remedy == ""


@pytest.mark.parametrize(
    ("told", "words", "remedy"),
    [
        (RegistrationChanged(401, "Unauthorized", 0), "Wrong password", "password"),
        (RegistrationChanged(407, "Proxy Authentication Required", 0), "Wrong password", "password"),
        (RegistrationChanged(403, "Forbidden", 0), "does not allow", "user name"),
        (RegistrationChanged(404, "Not Found", 0), "does not know", "SIP address"),
        (RegistrationChanged(408, "Request Timeout", 0), "Timeout: pbx.example.com:5070", "port"),
        (RegistrationChanged(0, "the registrar does not answer", 0), "Timeout", "port"),
        (RegistrationChanged(0, "Operation timed out (PJ_ETIMEDOUT)", 0), "Timeout", "port"),
        (None, "Timeout", "port"),
        (RegistrationChanged(0, "the name of the server cannot be found", 0), "Unknown host", "spelling"),
        (
            RegistrationChanged(0, "The certificate is untrusted", 0),
            "Certificate: The certificate is untrusted.",
            "trust",
        ),
        (RegistrationChanged(0, "Connection refused", 0), "refuses the connection", "port"),
        (RegistrationChanged(0, "", 0), "The registrar does not answer.", "network"),
        (RegistrationChanged(503, "Service Unavailable", 0), "The registrar is not available (503).", "network"),
        (RegistrationChanged(200, "OK", 0), "Not registered any more.", "network"),
    ],
)
def test_what_went_wrong_is_said_with_what_to_do(told: RegistrationChanged | None, words: str, remedy: str) -> None:
    result = trial_result(ACCOUNT, "secret", told)
    assert not result.succeeded
    assert words in result.words
    assert remedy in result.remedy


def test_a_missing_password_is_not_called_a_wrong_one() -> None:
    result = trial_result(ACCOUNT, "", RegistrationChanged(401, "Unauthorized", 0))
    assert "there is none" in result.words


def test_only_an_account_with_an_address_and_a_registrar_can_be_tried() -> None:
    missing = nothing_to_try(replace(ACCOUNT, sip_uri=""))
    assert missing is not None and not missing.succeeded
    direct = nothing_to_try(replace(ACCOUNT, registrar=""))
    assert direct is not None and direct.succeeded and "direct calls" in direct.words
    assert nothing_to_try(ACCOUNT) is None
