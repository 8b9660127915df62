"""Where this softphone can be called, and addresses that carry the one-time token of a pickup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from softphone.model.held_call import PICKUP_PARAMETER
from softphone.model.settings import Settings
from softphone.model.sip import NameAddr, SipUri, header_values
from softphone.model.ua_events import IncomingCall

_TOKEN = re.compile(rf";\s*{PICKUP_PARAMETER}=([^;?>\s]+)", re.I)


def own_address(settings: Settings, bound: Sequence[str]) -> str:
    """The SIP URI callers can be sent to: the one set, else the registered one, else where we listen.

    *bound* are the user agent's addresses, such as ``udp:127.0.0.1:5060``; one that listens everywhere names no host.
    """
    account = settings.account
    if settings.calls.pickup_address:
        return settings.calls.pickup_address
    if account.registrar or not account.sip_uri:
        return account.sip_uri
    host, _, port = next((each for each in bound if each.startswith("udp:")), "").removeprefix("udp:").rpartition(":")
    if not host or host in ("0.0.0.0", "[::]"):  # noqa: S104 - compared, not bound
        return account.sip_uri
    return str(SipUri("sip", SipUri.parse(account.sip_uri).user, host, int(port)))


def with_token(address: str, token: str) -> str:
    """*address* with the token as a URI parameter: those arrive in the To header whoever calls it."""
    uri = SipUri.parse(address)
    return str(replace(uri, params=f"{uri.params};{PICKUP_PARAMETER}={token}"))


def without_token(text: str) -> str:
    """*text* as it may be shown: a token in it is nobody's business, even while it lives."""
    return _TOKEN.sub(f";{PICKUP_PARAMETER}=***", text)


def token_in(event: IncomingCall) -> str:
    """The token an INVITE carries in its To header or its Request-URI, or an empty string."""
    for text in (*(NameAddr.parse(to).uri for to in header_values(event.headers, "To")), event.request_uri):
        if found := _TOKEN.search(text):
            return found[1]
    return ""
