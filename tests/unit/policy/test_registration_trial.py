from dataclasses import replace

import pytest

from softphone.model.settings import AccountSettings
from softphone.model.ua_events import RegistrationChanged
from softphone.policy.registration_trial import RegistrationTrial, nothing_to_try, trial_result

ACCOUNT = AccountSettings("sip:agent1@example.com", "sip:pbx.example.com:5070")


def test_a_registered_account_works() -> None:
    result = trial_result(ACCOUNT, "secret", RegistrationChanged(200, "OK", 120))
    assert result.succeeded
    assert result.words == "pbx.example.com:5070 accepts sip:agent1@example.com."
    assert result.remedy == ""


WRONG_PASSWORD = "Wrong password: the registrar refused the user name or the password."
CHECK_PASSWORD = "Check the user name and the password."
SILENCE = "Timeout: pbx.example.com:5070 does not answer."
CHECK_REGISTRAR = "Check the registrar, its port and the transport, and the network."
CHECK_ALL = "Check the account and the network."


@pytest.mark.parametrize(
    ("told", "words", "remedy"),
    [
        (RegistrationChanged(401, "Unauthorized", 0), WRONG_PASSWORD, CHECK_PASSWORD),
        (RegistrationChanged(407, "Proxy Authentication Required", 0), WRONG_PASSWORD, CHECK_PASSWORD),
        (
            RegistrationChanged(403, "Forbidden", 0),
            "The registrar does not allow this account to register.",
            "Check SIP address, user name and password.",
        ),
        (
            RegistrationChanged(404, "Not Found", 0),
            "The registrar does not know this address.",
            "Check the SIP address.",
        ),
        (RegistrationChanged(408, "Request Timeout", 0), SILENCE, CHECK_REGISTRAR),
        (RegistrationChanged(0, "the registrar does not answer", 0), SILENCE, CHECK_REGISTRAR),
        (RegistrationChanged(0, "Operation timed out (PJ_ETIMEDOUT)", 0), SILENCE, CHECK_REGISTRAR),
        (None, SILENCE, CHECK_REGISTRAR),
        (
            RegistrationChanged(0, "the name of the server cannot be found", 0),
            "Unknown host: there is no server pbx.example.com:5070.",
            "Check the spelling of the registrar.",
        ),
        (
            RegistrationChanged(0, "The certificate is untrusted.", 0),
            "Certificate: The certificate is untrusted.",
            "Set the authorities to trust, or ask who runs pbx.example.com:5070 for them.",
        ),
        (
            RegistrationChanged(0, "Connection refused", 0),
            "pbx.example.com:5070 refuses the connection.",
            "Check the registrar, its port and the transport.",
        ),
        (RegistrationChanged(0, "", 0), "The registrar does not answer.", CHECK_ALL),
        (
            RegistrationChanged(0, "Network unreachable", 0),
            "The registrar cannot be reached: Network unreachable.",
            CHECK_ALL,
        ),
        (RegistrationChanged(503, "Service Unavailable", 0), "The registrar is not available (503).", CHECK_ALL),
        (RegistrationChanged(200, "OK", 0), "Not registered any more.", CHECK_ALL),
    ],
)
def test_what_went_wrong_is_said_with_what_to_do(told: RegistrationChanged | None, words: str, remedy: str) -> None:
    assert trial_result(ACCOUNT, "secret", told) == RegistrationTrial(False, words, remedy)


@pytest.mark.parametrize("code", [401, 407])
def test_a_missing_password_is_not_called_a_wrong_one(code: int) -> None:
    assert trial_result(ACCOUNT, "", RegistrationChanged(code, "", 0)) == RegistrationTrial(
        False, "The registrar wants a password, and there is none.", "Enter the password."
    )


def test_what_is_wrong_besides_a_missing_password_is_still_told() -> None:
    assert "does not know" in trial_result(ACCOUNT, "", RegistrationChanged(404, "Not Found", 0)).words


def test_a_registrar_without_a_port_is_named_without_one() -> None:
    account = replace(ACCOUNT, registrar="sip:pbx.example.com")
    assert trial_result(account, "secret", None).words == "Timeout: pbx.example.com does not answer."


def test_only_an_account_with_an_address_and_a_registrar_can_be_tried() -> None:
    assert nothing_to_try(replace(ACCOUNT, sip_uri="")) == RegistrationTrial(
        False, "There is no SIP address to register.", "Enter one."
    )
    assert nothing_to_try(replace(ACCOUNT, registrar="")) == RegistrationTrial(
        True, "Without a registrar there is nothing to register: this account is for direct calls."
    )
    assert nothing_to_try(ACCOUNT) is None
