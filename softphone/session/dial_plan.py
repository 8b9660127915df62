"""What an agent typed into the dial field, as an address to call."""

from __future__ import annotations

import re
from collections.abc import Callable

from softphone.errors import RefusedError
from softphone.model.profile import Team
from softphone.model.settings import AccountSettings, Settings
from softphone.model.sip import SipUri
from softphone.ports import NumberPlan

_NUMBER = re.compile(r"^[+\d][\d\s().\-/]*$")


class DialPlan:
    """Reads what was typed against directory and account as they are at that moment."""

    def __init__(self, team: Callable[[], Team], settings: Callable[[], Settings], numbers: NumberPlan) -> None:
        self._team, self._settings, self._numbers = team, settings, numbers

    def target_of(self, text: str) -> str:
        """A SIP URI to call. Raises RefusedError, in words, when *text* leads nowhere."""
        return target_of(text, self._team(), self._settings().account, self._numbers)


def target_of(text: str, team: Team, account: AccountSettings, numbers: NumberPlan) -> str:
    """A SIP URI for a number, a colleague's name or login, or an address.

    Raises RefusedError, in words, when it is none of these or cannot be reached from this account.
    """
    text = text.strip()
    if not text:
        raise RefusedError("Type a number, a name or a SIP address to call.")
    if text.casefold().startswith(("sip:", "sips:")):
        return _checked(text)
    if text.casefold().startswith("tel:"):
        text = text[4:].partition(";")[0]
    if _NUMBER.match(text):
        return _number(numbers.to_e164(text) or re.sub(r"[^\d+]", "", text), account)
    if "@" in text:
        return _checked(f"sip:{text}")
    return _colleague(text, team)


def _checked(text: str) -> str:
    try:
        return str(SipUri.parse(text))
    except ValueError as error:
        raise RefusedError(f"This cannot be called: {error}.") from error


def _number(number: str, account: AccountSettings) -> str:
    if not account.registrar:
        raise RefusedError("Telephone numbers need a registrar; without one only SIP addresses can be called.")
    return str(SipUri("sip", number, SipUri.parse(account.sip_uri).host))


def _colleague(text: str, team: Team) -> str:
    wanted = text.casefold()
    found = [user for user in team.users if wanted in (user.login.casefold(), user.name.casefold())]
    if not found:
        raise RefusedError(f"Nobody here is called “{text}”.")
    if not found[0].sip_uri:
        raise RefusedError(f"{found[0].known_as} has no SIP address.")
    return _checked(found[0].sip_uri)
