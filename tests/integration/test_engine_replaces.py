"""Taking a caller over from a softphone that is gone: INVITE with Replaces to the caller's own Contact (RFC 3891)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from softphone.model.held_call import Dialog
from softphone.model.sip import Header
from softphone.model.ua_commands import Dial, HangUp, Hold, Respond
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    DialogKnown,
    HoldConfirmed,
    IncomingCall,
)
from tests.integration.engine_process import EngineProcess, engine
from tests.integration.engine_sipp import EngineParty, EngineScript
from tests.lab.baresip import Baresip
from tests.lab.linphone import Linphone
from tests.lab.modern_baresip import ModernBaresip
from tests.lab.pjsua import PjsuaPhone
from tests.lab.ports import free_port
from tests.lab.sip_message import was_asked

PORT, OTHER, THIRD = free_port(), free_port(), free_port()


@pytest.fixture
def holder() -> Iterator[EngineProcess]:
    with engine(PORT, "holder") as process:
        yield process


@pytest.fixture
def picker() -> Iterator[EngineProcess]:
    with engine(OTHER, "picker") as process:
        yield process


def replacing(dialog: Dialog) -> tuple[Header, ...]:
    """The tags as the caller's side sees them: *to-tag* is its own (RFC 3891 section 6.1)."""
    value = f"{dialog.sip_call_id};to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"
    return Header("Replaces", value), Header("Require", "replaces")


def held(holder: EngineProcess) -> Dialog:
    """The next caller, answered and put on hold."""
    call = holder.wait(IncomingCall).call
    holder.send(Respond(call, 200))
    known = holder.wait(DialogKnown)
    assert isinstance(holder.events[holder.events.index(known) - 1], CallEstablished)
    holder.send(Hold(call))
    holder.wait(HoldConfirmed)
    return known.dialog


@pytest.mark.parametrize("kind", [ModernBaresip, Linphone, PjsuaPhone])
def test_the_caller_takes_the_new_call_for_the_old_one(
    kind: type[ModernBaresip | Linphone], holder: EngineProcess, picker: EngineProcess
) -> None:
    with kind() as customer:
        customer.dial(f"sip:holder@127.0.0.1:{PORT}")
        dialog = held(holder)
        picker.send(Dial("p1", dialog.remote_target, replacing(dialog)))
        if kind is ModernBaresip:  # as any phone may, it asks its user first
            customer.wait_for("CALL_INCOMING")
            customer.answer()
        assert picker.wait(CallEstablished).call == "p1"
        assert holder.wait(CallEnded).by_remote, "the caller's phone itself ends the old call"
        picker.send(HangUp("p1"))
        picker.wait(CallEnded)


def test_a_phone_that_knows_no_replaces_says_so_and_keeps_its_call(
    holder: EngineProcess, picker: EngineProcess
) -> None:
    with Baresip() as customer:
        customer.dial(f"sip:holder@127.0.0.1:{PORT}")
        dialog = held(holder)
        assert not dialog.replaces
        picker.send(Dial("p1", dialog.remote_target, replacing(dialog)))
        assert picker.wait(CallEnded).code == 420
        assert holder.of_type(CallEnded) == []


@pytest.mark.parametrize("code", [420, 481, 603])
@pytest.mark.parametrize("tcp", [False, True])
def test_both_headers_go_out_once_and_a_refusal_is_told(picker: EngineProcess, code: int, tcp: bool) -> None:
    dialog = Dialog("a84b4c@host", "ours", "theirs")
    with EngineParty(EngineScript(file="engine_final", code=code, tcp=tcp)) as customer:
        contact = customer.address + (";transport=tcp" if tcp else "")
        picker.send(Dial("p1", contact, replacing(dialog)))
        assert picker.wait(CallEnded).code == code
        invite = customer.wait_for(was_asked("INVITE"))
        assert invite.values("Replaces") == ["a84b4c@host;to-tag=theirs;from-tag=ours"]
        assert invite.values("Require") == ["replaces"]
        assert invite.start.split()[1] == contact
        assert invite.values("Route") == []
        customer.wait_for_end()


def test_our_own_calls_cannot_be_taken_over(holder: EngineProcess, picker: EngineProcess) -> None:
    with engine(THIRD, "customer") as customer:
        customer.send(Dial("c1", f"sip:holder@127.0.0.1:{PORT}"))
        held(holder)
        dialog = customer.wait(DialogKnown).dialog  # the same one, seen from the other end
        picker.send(Dial("p1", dialog.remote_target, replacing(dialog)))
        assert picker.wait(CallEnded).code == 603
        picker.send(Dial("p2", dialog.remote_target, replacing(Dialog("unknown", "x", "y"))))
        assert picker.wait(CallEnded).code == 481
        assert holder.of_type(CallEnded) == []


def test_both_ends_of_a_call_agree_on_its_dialog(holder: EngineProcess) -> None:
    with engine(THIRD, "customer") as customer:
        customer.send(Dial("c1", f"sip:holder@127.0.0.1:{PORT}"))
        here, there = held(holder), customer.wait(DialogKnown).dialog
        assert (here.sip_call_id, here.local_tag, here.remote_tag) == (
            there.sip_call_id,
            there.remote_tag,
            there.local_tag,
        )
        assert all((here.sip_call_id, here.local_tag, here.remote_tag))
        assert here.remote_target.partition(";")[0] == f"sip:customer@127.0.0.1:{THIRD}"
        assert there.remote_target.partition(";")[0] == f"sip:holder@127.0.0.1:{PORT}"
        assert here.replaces
        assert there.replaces
        assert len(holder.of_type(DialogKnown)) == 1
