"""What came of trying an account out, in words that tell a person what to correct."""

from __future__ import annotations

from dataclasses import dataclass

from softphone.model.settings import AccountSettings
from softphone.model.sip import SipUri
from softphone.model.ua_events import RegistrationChanged
from softphone.policy.registration import failure_in_words, is_registered


@dataclass(frozen=True, slots=True)
class RegistrationTrial:
    """*words* say how it went, *remedy* what to do about it; empty when nothing needs to be done."""

    succeeded: bool
    words: str
    remedy: str = ""


_WRONG_PASSWORD = "Check the user name and the password."  # noqa: S105 - no password but a sentence about them
_REFUSALS = {
    401: ("Wrong password: the registrar refused the user name or the password.", _WRONG_PASSWORD),
    407: ("Wrong password: the registrar refused the user name or the password.", _WRONG_PASSWORD),
    403: ("The registrar does not allow this account to register.", "Check SIP address, user name and password."),
    404: ("The registrar does not know this address.", "Check the SIP address."),
}
_SILENCE = ("Timeout: {host} does not answer.", "Check the registrar, its port and the transport, and the network.")
_NETWORK = (  # what stands in the reason of a failure that came without a SIP answer
    ("server cannot be found", "Unknown host: there is no server {host}.", "Check the spelling of the registrar."),
    ("certificate", "Certificate: {reason}.", "Set the authorities to trust, or ask who runs {host} for them."),
    ("TIMEDOUT", *_SILENCE),
    ("does not answer", *_SILENCE),
    ("refused", "{host} refuses the connection.", "Check the registrar, its port and the transport."),
)


def nothing_to_try(account: AccountSettings) -> RegistrationTrial | None:
    """The result where there is nobody to ask, None when there is."""
    if not account.sip_uri:
        return RegistrationTrial(False, "There is no SIP address to register.", "Enter one.")
    if not account.registrar:
        words = "Without a registrar there is nothing to register: this account is for direct calls."
        return RegistrationTrial(True, words)
    return None


def trial_result(account: AccountSettings, password: str, told: RegistrationChanged | None) -> RegistrationTrial:
    """What the registrar's answer means; None for *told* when nothing came at all."""
    if told is None:
        return _network_result(account, "does not answer")
    if is_registered(told):
        return RegistrationTrial(True, f"{_host(account)} accepts {account.sip_uri}.")
    if told.code in (401, 407) and not password:
        return RegistrationTrial(False, "The registrar wants a password, and there is none.", "Enter the password.")
    if told.code in _REFUSALS:
        return RegistrationTrial(False, *_REFUSALS[told.code])
    if told.code == 408:
        return _network_result(account, "does not answer")
    return _network_result(account, told.reason) if told.code == 0 else _other(told)


def _network_result(account: AccountSettings, reason: str) -> RegistrationTrial:
    for sign, words, remedy in _NETWORK:
        if sign in reason:
            said = {"host": _host(account), "reason": reason.rstrip(".")}
            return RegistrationTrial(False, words.format(**said), remedy.format(**said))
    return _other(RegistrationChanged(0, reason, 0))


def _other(told: RegistrationChanged) -> RegistrationTrial:
    words = failure_in_words(told)
    return RegistrationTrial(False, f"{words[:1].upper()}{words[1:]}.", "Check the account and the network.")


def _host(account: AccountSettings) -> str:
    uri = SipUri.parse(account.registrar)
    return f"{uri.host}:{uri.port}" if uri.port else uri.host
