"""What the engine told of itself, as results: engine, SIP library, TLS, devices, registration."""

from __future__ import annotations

from collections.abc import Sequence

from softphone.diagnostics.check import CheckResult, failed, ok, warning
from softphone.diagnostics.engine_probe import EngineFindings
from softphone.model.settings import AccountSettings
from softphone.model.ua_events import RegistrationChanged, SipLibrary

_REMEDIES = {
    "port-in-use": "End the other program, or set another network.port (0 for any free one).",
    "bad-address": "Correct network.bind; leave it empty for every interface.",
    "tls": "Correct account.ca_file; leave it empty for the system's authorities.",
    "account": "Correct the [account] settings.",
}
_CALLERS = "callers"
_CODE_REMEDIES = {
    401: "Check account.username and the password.",
    403: "Check account.username and the password; the registrar refuses them.",
    404: "Check account.sip_uri; the registrar does not know it.",
    407: "Check account.username and the password.",
}


def engine_results(findings: EngineFindings, account: AccountSettings) -> list[CheckResult]:
    """Everything that can be said; only the engine itself when it did not start."""
    if findings.ready is None:
        return [_engine_that_did_not_start(findings)]
    version = findings.ready.version
    return [
        ok("engine", f"starts ({version})" if version else "starts"),
        _library(findings.ready.library),
        _tls(findings.ready.tls, findings.ready.library.tls_1_3, account),
        _devices(findings),
        _registration(findings.registration, account),
        _callers(account),
    ]


def registration_of_running_app(status: str, text: str, account: AccountSettings) -> CheckResult:
    """The registration as the app that runs has it: *status* is its RegistrationStatus."""
    if not account.registrar:
        return _without_registrar(account)
    if status == "registered":
        return ok("registration", f"registered as {account.sip_uri}")
    return failed("registration", text or "not registered", "Check the [account] settings and the network.")


def callers_of_running_app(turned_away: int, sources: Sequence[str], account: AccountSettings) -> CheckResult:
    """Who may call, and who of the others has tried since the app's engine started; *sources* are addresses."""
    allowed = _callers(account)
    if not turned_away:
        return allowed
    requests = "1 request was" if turned_away == 1 else f"{turned_away} requests were"
    words = f"{allowed.words}; {requests} not let in, most from {', '.join(sources)}"
    if _anybody_may_call(account):
        return ok(_CALLERS, words)
    return warning(_CALLERS, words, "If your provider calls from there, see “Who may call” in the admin guide.")


def _callers(account: AccountSettings) -> CheckResult:
    if not _anybody_may_call(account):
        return ok(_CALLERS, "from the registrar and its proxies only")
    if account.registrar:
        return warning(_CALLERS, "from anywhere", "Switch account.accept_from_anywhere off unless it is needed.")
    return ok(_CALLERS, "from anywhere, as there is no registrar")


def _anybody_may_call(account: AccountSettings) -> bool:
    return account.accept_from_anywhere or not account.registrar


def _engine_that_did_not_start(findings: EngineFindings) -> CheckResult:
    if findings.failed is not None:
        remedy = _REMEDIES.get(findings.failed.problem, "See the log for details.")
        return failed("engine", findings.failed.detail, remedy)
    if findings.lost is not None:
        return failed("engine", f"ended with status {findings.lost.exit_code} while it started", "Install it again.")
    return failed("engine", "was not ready in time", "Try again when the machine is less busy.")


def _library(library: SipLibrary) -> CheckResult:
    """The wheel on PyPI is for development: it is old, and its assertions are live."""
    codecs = ", ".join(codec.partition("/")[0] for codec in library.codecs)
    words = f"{library.name}; {library.call_limit} calls at once; {codecs}"
    if library.asserts:
        return warning("SIP library", f"{words}; a malformed message can end it", "Use our own build: packaging/pjsip.")
    return ok("SIP library", words)


def _tls(available: bool, newest: bool, account: AccountSettings) -> CheckResult:
    if available:
        return ok("TLS", "1.2 and 1.3" if newest else "1.2")
    remedy = "Use UDP or TCP; on Windows this version has no TLS."
    if account.transport == "tls":
        return failed("TLS", "not available, but account.transport asks for it", remedy)
    return warning("TLS", "not available", remedy)


def _devices(findings: EngineFindings) -> CheckResult:
    sound = findings.sound
    if sound is None:
        return warning("devices", "the engine told nothing about sound", "See the log for details.")
    names = {"microphone": sound.microphone, "headset": sound.headset, "ringer": sound.ringer}
    words = ", ".join(f"{use}: {name or 'none'}" for use, name in names.items())
    if all(names.values()):
        return ok("devices", words)
    note = f" ({sound.note})" if sound.note else ""
    return warning("devices", words + note, "Plug a headset in, or choose devices in the [sound] settings.")


def _registration(result: RegistrationChanged | None, account: AccountSettings) -> CheckResult:
    if not account.registrar:
        return _without_registrar(account)
    if result is None:
        return failed(
            "registration", f"{account.registrar} does not answer", "Check account.registrar and the network."
        )
    if result.code == 200 and result.expires_seconds > 0:
        return ok("registration", f"{account.registrar} accepts {account.sip_uri}")
    told = f"{result.code} {result.reason}".strip() if result.code else result.reason
    remedy = _CODE_REMEDIES.get(result.code, "Check the [account] settings and the network.")
    return failed("registration", f"{account.registrar} refuses: {told}" if result.code else told, remedy)


def _without_registrar(account: AccountSettings) -> CheckResult:
    if account.sip_uri:
        return ok("registration", "no registrar is set: direct calls only")
    return warning("registration", "no account is set", "Set one in the settings, or import a provisioning file.")
