"""The calls there are: made when PJSIP or the app begins one, gone when they end."""

from __future__ import annotations

import itertools
import os
import secrets
import time
from collections.abc import Iterator
from typing import Any

from softphone.engine.library import Library
from softphone.engine.problems import CannotDoError
from softphone.engine.sip.account import SipAccount
from softphone.engine.sip.call import CallOwner, EngineCall
from softphone.engine.sip.call_sound import CallSound
from softphone.engine.sip.message import SipMessage
from softphone.engine.sip.socket_budget import SocketBudget
from softphone.engine.sound_port import SoundPort
from softphone.model.ua_events import IncomingCall


class CallTable:
    """Calls by the app's ids. It holds the only lasting reference to each EngineCall."""

    def __init__(self, owner: CallOwner, sound: SoundPort, music: Any, library: Library) -> None:
        self._owner = owner
        self._sound = sound
        self._music = music
        self._calls: dict[str, EngineCall] = {}
        self.library = library
        self.budget = SocketBudget(library.calls_with_sockets)
        self._numbers = itertools.count(1)
        self._prefix = f"in-{os.getpid()}-{secrets.token_hex(3)}"  # unlike any engine's before

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[EngineCall]:
        return iter(tuple(self._calls.values()))

    @property
    def talking(self) -> int:
        """How many calls the agent's microphone is for."""
        calls = (call for call in self._calls.values() if not call.sound.bridged)
        return sum(call.sound.talking or not call.incoming for call in calls)

    def find(self, name: str) -> EngineCall | None:
        """The call of this id, or None when it is over."""
        return self._calls.get(name)

    def get(self, name: str) -> EngineCall:
        """The call of this id. Raises CannotDoError when it is over."""
        call = self._calls.get(name)
        if call is None:
            raise CannotDoError("this call has already ended")
        return call

    def forget(self, name: str) -> None:
        """The call is over."""
        if self._calls.pop(name, None) is not None:
            self.budget.closed()

    def incoming(self, account: SipAccount, prm: Any) -> None:
        """Keep the call PJSIP announces and tell the app; it must have its object before the callback returns.

        A call that cannot be told of is refused, so that its caller does not wait and its place is free again.
        """
        name = f"{self._prefix}-{next(self._numbers)}"
        call = self._calls[name] = EngineCall(account, name, self._owner, self._call_sound(), prm.callId)
        self.budget.opened()
        try:
            invite = SipMessage.parse(prm.rdata.wholeMsg)
            self._owner.emit(_announcement(name, invite))  # first of all: the app's answer is what the caller waits for
            call.record.take(invite)
        except BaseException:
            call.give_up()
            raise

    def outgoing(self, account: SipAccount, name: str) -> EngineCall:
        """A new call of ours, not dialled yet. Raises CannotDoError when PJSIP could not take it."""
        if not name or name in self._calls:
            raise CannotDoError("this call id is already in use")
        if len(self._calls) >= self.library.call_limit:
            raise CannotDoError(f"there can be only {self.library.call_limit} calls at once")
        if self.budget.spent:
            raise CannotDoError("too many calls in one moment; try again in a second")
        self._calls[name] = EngineCall(account, name, self._owner, self._call_sound())
        self.budget.opened()
        return self._calls[name]

    def _call_sound(self) -> CallSound:
        return CallSound(self._sound, self._music)


def _announcement(name: str, invite: SipMessage) -> IncomingCall:
    return IncomingCall(
        name, invite.first("Call-ID"), invite.first("From"), invite.request_uri, invite.headers, time.monotonic()
    )
