"""Who uses this softphone, where it is reached, and what colleagues are called: as it is at the moment of asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from softphone.model.profile import Team
from softphone.model.settings import Settings
from softphone.session.addresses import own_address


@dataclass(frozen=True, slots=True)
class Who:
    """*bound* gives the user agent's addresses, such as ``udp:127.0.0.1:5060``."""

    settings: Callable[[], Settings]
    team: Callable[[], Team]
    bound: Callable[[], tuple[str, ...]]

    def me(self) -> str:
        """The agent's login, empty on a softphone nobody has set up."""
        return self.settings().agent.login

    def address(self) -> str:
        """The SIP URI callers can be sent to, empty when there is none."""
        return own_address(self.settings(), self.bound())

    def name_of(self, login: str) -> str:
        """What people call this user; logins nobody knows stay as they are."""
        user = self.team().user(login)
        return (user.name if user else "") or login
