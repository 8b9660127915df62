"""Pairs of calls that hear each other instead of the agent: how a caller reaches a colleague when REFER is refused."""

from __future__ import annotations

from softphone.engine.problems import CannotDoError
from softphone.engine.sip.call import EngineCall
from softphone.engine.sip.call_sound import link
from softphone.engine.sip.call_table import CallTable


class Bridges:
    """Which call is bridged to which, by their ids; the ports are looked up anew at each change of the media."""

    def __init__(self, calls: CallTable) -> None:
        self._calls = calls
        self._partners: dict[str, str] = {}

    def join(self, call: EngineCall, other: EngineCall) -> None:
        """Let these two hear each other, from now on or from when neither is on hold any more.

        Raises CannotDoError when one of them is bridged already.
        """
        if call is other:
            raise CannotDoError("a call cannot be bridged to itself")
        if call.sound.bridged or other.sound.bridged:
            raise CannotDoError("this call is bridged already")
        self._partners |= {call.name: other.name, other.name: call.name}
        for each in (call, other):
            each.sound.bridged = True
        for each in (call, other):
            each.connect()

    def again(self, name: str) -> None:
        """Connect the two of which this call is one, or keep them apart while one of them is on hold."""
        call, other = self._calls.find(name), self._calls.find(self._partners.get(name, ""))
        if call is None or other is None:
            return
        mine, theirs = call.audio(), other.audio()
        if mine is not None and theirs is not None:
            on = call.sound.open and other.sound.open
            link(mine, theirs, on)
            link(theirs, mine, on)

    def ended(self, name: str) -> None:
        """The call is over. The one left does not fall back to the agent, who may be talking to somebody else."""
        other = self._calls.find(self._partners.pop(name, ""))
        if other is not None:
            self._partners.pop(other.name, None)
            other.sound.bridged, other.sound.cut = False, True
