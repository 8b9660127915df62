"""INVITEs that were answered are known for as long as they may arrive once more."""

from __future__ import annotations

from softphone.engine.sip.call_table import REPEATED_SECONDS, AnsweredInvites

FIRST, SECOND = ("call-1", "<sip:a@h>;tag=1", "1 INVITE"), ("call-2", "<sip:a@h>;tag=2", "1 INVITE")


def test_an_answered_invite_is_known_for_half_a_minute() -> None:
    now = [100.0]
    known = AnsweredInvites(lambda: now[0])
    known.add(FIRST)
    assert FIRST in known
    assert SECOND not in known
    now[0] += REPEATED_SECONDS - 0.1
    assert FIRST in known
    now[0] += 0.2
    assert FIRST not in known


def test_what_is_forgotten_takes_no_place() -> None:
    now = [100.0]
    known = AnsweredInvites(lambda: now[0])
    known.add(FIRST)
    now[0] += REPEATED_SECONDS + 1
    known.add(SECOND)
    assert len(known) == 1
