"""The agent's account as PJSIP wants it described, checked first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pjsua2 as pj

from softphone.engine.problems import CannotDoError
from softphone.engine.sip.validation import check_uri
from softphone.model.sip import SipUri, is_safe_header_value
from softphone.model.ua_commands import Account

KEEP_ALIVE_SECONDS = 15
_SRTP = {"off": 0, "optional": 1, "mandatory": 2}
_EXPIRES = (30, 86400)


def configuration(account: Account, bind: str, realms: Sequence[str] = ()) -> Any:
    """The AccountConfig of a checked account, whose password is for *realms* only."""
    config = pj.AccountConfig()
    config.idUri = f"<{account.sip_uri.strip()}>"
    if account.registrar:
        _set_registrar(config, account, realms)
    config.mediaConfig.transportConfig.port = 0
    config.mediaConfig.transportConfig.boundAddress = bind
    config.mediaConfig.transportConfig.publicAddress = bind
    config.ipChangeConfig.shutdownTp = False  # see Accounts.reconnect
    config.ipChangeConfig.hangupCalls = False
    config.ipChangeConfig.reinviteFlags = 0
    config.mediaConfig.srtpUse = _SRTP[account.srtp]
    config.mediaConfig.srtpSecureSignaling = 1 if account.transport == "tls" else 0
    return config


def _set_registrar(config: Any, account: Account, realms: Sequence[str]) -> None:
    server = SipUri.parse(account.registrar)
    route = with_transport(server, account.transport)
    config.regConfig.registrarUri = route
    config.regConfig.timeoutSec = account.expires_seconds
    config.regConfig.delayBeforeRefreshSec = min(5, account.expires_seconds // 4)
    config.regConfig.retryIntervalSec = 0  # when to try again is the app's to say
    config.regConfig.proxyUse = 0  # the registrar is the proxy
    config.natConfig.udpKaIntervalSec = KEEP_ALIVE_SECONDS
    config.natConfig.sipOutboundUse = 0  # PJSIP makes the instance id from the host name, which is not unique
    config.sipConfig.proxies.append(f"{route};lr")
    username = account.username or SipUri.parse(account.sip_uri).address[0]
    for realm in realms:
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", realm, username, 0, account.password))


def with_transport(uri: SipUri, transport: str) -> str:
    """*uri* with this transport; UDP is the default and needs no parameter (RFC 3263 section 4.1)."""
    params = ";".join(part for part in uri.params.split(";") if part and not part.lower().startswith("transport="))
    suffix = "" if transport == "udp" else f";transport={transport}"
    return str(SipUri("sip", uri.user, uri.host, uri.port, f";{params}" if params else "")) + suffix


def check_account(account: Account) -> None:
    """Everything PJSIP would take on trust."""
    if check_uri(account.sip_uri).scheme == "tel":
        raise CannotDoError("the account needs a SIP address such as sip:name@example.com")
    if account.registrar and check_uri(account.registrar).scheme == "tel":
        raise CannotDoError("the registrar must be a SIP address such as sip:example.com")
    if account.transport not in ("udp", "tcp", "tls"):
        raise CannotDoError("the transport must be udp, tcp or tls")
    if account.srtp not in _SRTP:
        raise CannotDoError("srtp must be off, optional or mandatory")
    if not _EXPIRES[0] <= account.expires_seconds <= _EXPIRES[1]:
        raise CannotDoError(f"a registration lasts from {_EXPIRES[0]} to {_EXPIRES[1]} seconds")
    if not (is_safe_header_value(account.username) and is_safe_header_value(account.password)):
        raise CannotDoError("the user name or the password contains a control character")
    if not all(is_safe_header_value(realm) and realm not in ("", "*") for realm in account.realms):
        raise CannotDoError("a realm must have a name, and * is none: the password is not for everybody who asks")
