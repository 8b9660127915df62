"""Whom our password is for: the realms in which the registrar has asked for it (RFC 7616 section 3.3), and those set.

A digest for any other realm would be a gift to whoever asks: they could try passwords on it at leisure.
"""

from __future__ import annotations

import re

from softphone.engine.sip.message import SipMessage
from softphone.model.sip import header_values
from softphone.model.ua_commands import Account

MOST = 3
_REALM = re.compile(r'^\s*Digest\s(?:.*[\s,])?realm\s*=\s*"([^"\\]{1,255})"', re.I)
_EVERY = "*"  # what PJSIP takes for any realm at all


class Realms:
    """Of one account at a time."""

    def __init__(self) -> None:
        self._account = Account("")
        self._learnt: tuple[str, ...] = ()
        self._new = 0

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(dict.fromkeys((*self._account.realms, *self._learnt)))

    def follow(self, account: Account) -> None:
        """This account is in use; another registrar says for itself."""
        if account.registrar != self._account.registrar:
            self._learnt = ()
        self._account, self._new = account, 0

    def learn(self, refusal: str) -> bool:
        """A REGISTER was refused with this message. True when it names a realm not known: it is to be sent again.

        A server that names a new one each time is asked again three times only, until it has accepted something.
        """
        message = SipMessage.parse(refusal)
        asked = [
            *header_values(message.headers, "WWW-Authenticate"),
            *header_values(message.headers, "Proxy-Authenticate"),
        ]
        found = [match[1] for value in asked if (match := _REALM.match(value))]
        new = [realm for realm in found if realm != _EVERY and realm not in self.names]
        if not new or self._new >= MOST:
            return False
        self._new += 1
        self._learnt = (*self._learnt, *new)[-MOST:]
        return True

    def accepted(self) -> None:
        """The registrar has accepted us."""
        self._new = 0
