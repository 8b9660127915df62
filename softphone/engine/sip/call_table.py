"""The calls there are: made when PJSIP or the app begins one, gone when they end."""

from __future__ import annotations

import itertools
import os
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

import pjsua2 as pj

from softphone.engine.library import Library
from softphone.engine.pjsua2_objects import call_parameters, destroy
from softphone.engine.problems import CannotDoError
from softphone.engine.sip.call import CallOwner, EngineCall
from softphone.engine.sip.call_sound import CallSound
from softphone.engine.sip.message import SipMessage
from softphone.engine.sip.socket_budget import SocketBudget
from softphone.engine.sound_port import SoundPort

LOOP_DETECTED = 482
REPEATED_SECONDS = 32.0  # for how long an INVITE that was answered may still arrive once more (64*T1, RFC 6026)


class AnsweredInvites:
    """INVITEs that were answered and whose calls are over; each for REPEATED_SECONDS."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[tuple[str, ...], float] = {}

    def add(self, invite: tuple[str, ...]) -> None:
        """Remember this one; those of long ago are forgotten."""
        now = self._clock()
        self._until = {known: end for known, end in self._until.items() if end > now}
        self._until[invite] = now + REPEATED_SECONDS

    def __len__(self) -> int:
        return len(self._until)

    def __contains__(self, invite: tuple[str, ...]) -> bool:
        return self._until.get(invite, 0.0) > self._clock()


class CallTable:
    """Calls by the app's ids. It holds the only lasting reference to each EngineCall."""

    def __init__(
        self, owner: CallOwner, sound: SoundPort, music: Any, library: Library, trusted: Callable[[], bool]
    ) -> None:
        """*trusted* says of the INVITE at hand whether it came from the registrar's side."""
        self.owner = owner
        self._trusted = trusted
        self._sound = sound
        self._music = music
        self._calls: dict[str, EngineCall] = {}
        self.library = library
        self.budget = SocketBudget(library.calls_with_sockets)
        self._answered = AnsweredInvites()
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
        call = self._calls.pop(name, None)
        if call is not None:
            self.budget.closed()
            if call.invite and call.established:
                self._answered.add(call.invite)

    @property
    def strangers(self) -> int:
        """How many callers who are not the registrar's wait for an answer."""
        return sum(call.incoming and not call.trusted and not call.established for call in self._calls.values())

    def incoming(self, account: pj.Account, slot: int) -> EngineCall:
        """A new call that PJSIP keeps in *slot*."""
        name = f"{self._prefix}-{next(self._numbers)}"
        call = self._calls[name] = EngineCall(account, name, self.owner, self._call_sound(), slot)
        call.trusted = self._trusted()
        self.budget.opened()
        return call

    def outgoing(self, account: pj.Account, name: str) -> EngineCall:
        """A new call of ours, not dialled yet. Raises CannotDoError when PJSIP could not take it."""
        if not name or name in self._calls:
            raise CannotDoError("this call id is already in use")
        if len(self._calls) >= self.library.call_limit:
            raise CannotDoError(f"there can be only {self.library.call_limit} calls at once")
        if self.budget.spent:
            raise CannotDoError("too many calls in one moment; try again in a second")
        self._calls[name] = EngineCall(account, name, self.owner, self._call_sound())
        self.budget.opened()
        return self._calls[name]

    def answered_before(self, message: SipMessage) -> bool:
        """Whether this INVITE was answered before: it is no new caller (RFC 3261 section 8.2.2.2).

        PJSIP forgets an INVITE with its ACK. Repeated, or come by another way, it would ring once more, for nobody.
        """
        invite = identity(message)
        return invite in self._answered or any(
            call.established and call.invite == invite for call in self._calls.values()
        )

    def _call_sound(self) -> CallSound:
        return CallSound(self._sound, self._music)


def refuse_repeated(account: pj.Account, slot: int) -> None:
    """This call is one that was answered already."""
    call = pj.Call(account, slot)
    try:
        call.hangup(call_parameters(LOOP_DETECTED, "", ()))
    finally:
        destroy(call)


def identity(invite: SipMessage) -> tuple[str, ...]:
    """What tells this INVITE from every other."""
    return tuple(invite.first(name) for name in ("Call-ID", "From", "CSeq"))
