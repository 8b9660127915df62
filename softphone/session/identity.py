"""Who uses this softphone, where it is reached, and what colleagues are called: as it is at the moment of asking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from softphone.model.profile import Team, UserProfile
from softphone.model.settings import Settings
from softphone.model.sip import SipUri


@dataclass(frozen=True, slots=True)
class Identity:
    """*bound* gives the user agent's addresses, such as ``udp:127.0.0.1:5060``."""

    settings: Callable[[], Settings]
    team: Callable[[], Team]
    bound: Callable[[], tuple[str, ...]]

    def me(self) -> str:
        """The agent's login, empty on a softphone nobody has set up."""
        return self.settings().agent.login

    def profile(self) -> UserProfile:
        """The agent at this machine; an agent nobody has set up yet has the defaults."""
        settings = self.settings()
        known = self.team().user(settings.agent.login)
        return known or UserProfile(settings.agent.login, sip_uri=settings.account.sip_uri)

    def address(self) -> str:
        """The SIP URI callers can be sent to, empty when there is none."""
        return own_address(self.settings(), self.bound())

    def name_of(self, login: str) -> str:
        """What people call this user; logins nobody knows stay as they are."""
        user = self.team().user(login)
        return user.known_as if user else login


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
