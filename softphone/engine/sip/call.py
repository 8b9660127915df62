"""One SIP call: PJSIP's callbacks turned into events, commands turned into PJSIP calls."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pjsua2 as pj

from softphone.engine.callback_guard import guarded_with, log
from softphone.engine.pjsua2_objects import call_parameters, destroy
from softphone.engine.problems import words
from softphone.engine.sip.call_sound import CallSound
from softphone.engine.sip.dialog import DialogRecord
from softphone.engine.sip.message import readable
from softphone.engine.sip.referral import Referral
from softphone.engine.sip.reinvites import Reinvite, ReinviteQueue
from softphone.model import ua_events as ev
from softphone.model.held_call import Dialog
from softphone.model.sip import Header

MAX_REDIRECTS = 5
RETRY_SECONDS = 0.03  # how soon a re-INVITE that had to wait for another offer is tried again, then twice that, …
MAX_RETRY_SECONDS = 1.0
PATIENCE_SECONDS = 35.0  # longer than the 32 s after which a transaction of either side has ended
_FINAL = (pj.PJSIP_TSX_STATE_COMPLETED, pj.PJSIP_TSX_STATE_TERMINATED)
_OPEN = (pj.PJSIP_TSX_STATE_CALLING, pj.PJSIP_TSX_STATE_PROCEEDING)
_DECLINE = 603
_SERVER_ERROR = 500
_NOT_HERE = 480  # a 603 would forbid the caller's server to try anybody else (RFC 3261 section 21.6.2)


class CallOwner(Protocol):
    """The engine, as a call sees it."""

    def emit(self, event: ev.UaEvent) -> None:
        """Tell the app."""

    def later(self, seconds: float, call: str) -> None:
        """Let this call ``advance`` in *seconds*, if it still exists then."""

    def bridge_again(self, call: str) -> None:
        """The sound of a bridged call was connected anew."""

    def talking_changed(self) -> None:
        """A call began or ended to use the microphone."""

    def gone(self, call: str) -> None:
        """Forget this call; nothing may refer to it afterwards."""


_guarded = guarded_with(lambda call: call.give_up())


class EngineCall(pj.Call):  # type: ignore[misc]  # pjsua2 has no type information
    """PJSIP's Call with the app's id. It destroys itself when it is over: its slot is used again at once,

    and a Call object left behind would hang up whoever comes next.
    """

    def __init__(self, account: Any, name: str, owner: CallOwner, sound: CallSound, slot: int = -1) -> None:
        super().__init__(account, slot)
        self.name = name
        self.incoming = slot >= 0
        self.invite: tuple[str, ...] = ()  # what tells an incoming one from every other
        self.trusted = True  # of an incoming call: it came from the registrar's side
        self.created_at = time.monotonic()
        self.sound = sound
        self.established = False
        self.ended_here = False  # we hung up or refused
        self.refusing = False  # a final refusal is decided and waits for its moment
        self.outlives_app = False
        self.record = DialogRecord()
        self._dialog_told: Dialog | None = None
        self._referral = Referral(name)
        self._owner = owner
        self._reinvites = ReinviteQueue()
        self._headers_sent: set[Header] = set()
        self._asked_at, self._retry_seconds = 0.0, RETRY_SECONDS
        self._announced = False
        self._held_by_remote = False
        self._redirects = 0
        self._in_command = 0
        self._failed = False
        self._over = False

    # -- commands --------------------------------------------------------------------------------

    def dial(self, target: str, headers: tuple[Header, ...]) -> None:
        """Send the INVITE."""
        with self._command():
            self.makeCall(f"<{target}>", call_parameters(0, "", headers))

    def respond(self, code: int, reason: str, headers: tuple[Header, ...]) -> None:
        """Answer the INVITE. 182 and 183 carry SDP in this PJSIP, so the caller hears music from then on."""
        headers = tuple(header for header in headers if header not in self._headers_sent)
        self._headers_sent.update(headers)  # PJSIP keeps them on every later response of this INVITE
        with self._command():
            if code >= 300:
                self.ended_here = True
                self.hangup(call_parameters(code, reason, headers))
                return
            self.sound.queued = self.sound.queued or code in (182, 183)
            if code >= 200:
                self.sound.queued, self.sound.talking = False, True
            try:
                self.answer(call_parameters(code, reason, headers))
            except pj.Error:
                self.sound.talking = False
                raise

    def hang_up(self) -> None:
        """BYE, CANCEL or 480, whichever the state asks for."""
        with self._command():
            self.ended_here = True
            unanswered = self.incoming and not self.sound.talking
            self.hangup(call_parameters(_NOT_HERE if unanswered else 0, "", ()))

    def ask_reinvite(self, kind: Reinvite) -> None:
        """Hold or resume as soon as nothing else is being negotiated."""
        self._asked_at, self._retry_seconds = time.monotonic(), RETRY_SECONDS
        self._reinvites.ask(kind)
        self.advance()

    def refer(self, target: str) -> None:
        """Send a REFER. Raises pj.Error when it cannot be, and CannotDoError while one has no answer."""
        self._referral.begin()
        try:
            with self._command():
                self.xfer(f"<{target}>", call_parameters(0, "", ()))
        except pj.Error:
            self._referral.drop()
            raise

    def cut_sound(self, cut: bool) -> None:
        """Disconnect or connect the agent."""
        self.sound.cut = cut
        self.connect()

    def connect(self) -> None:
        """Connect the sound as the state asks for."""
        self.sound.connect(self.getAudioMedia)
        if self.sound.bridged:
            self._owner.bridge_again(self.name)

    def audio(self) -> Any:
        """Its port in the conference bridge, or None while it has none."""
        return self.sound.port(self.getAudioMedia)

    def advance(self) -> None:
        """What was not to be done inside of PJSIP's callbacks: a re-INVITE, the fate of a REFER, an end."""
        if self._failed:
            self._hang_up_failed()
            return
        self._tell(self._referral.settle())
        if not self.established or self._over or self._reinvites.due is None:
            return
        kind = self._reinvites.begin()
        try:
            with self._command():
                self._send(kind)
        except pj.Error as error:
            self._wait_or_refuse(kind, words(error))

    def _send(self, kind: Reinvite) -> None:
        prm = call_parameters(0, "", ())
        if kind is Reinvite.HOLD:
            self.setHold(prm)
        else:
            prm.opt.flag = pj.PJSUA_CALL_UNHOLD
            self.reinvite(prm)

    def _wait_or_refuse(self, kind: Reinvite, why: str) -> None:
        """PJSIP refuses to send while an offer of either side is open; that passes, so it is tried again."""
        if time.monotonic() < self._asked_at + PATIENCE_SECONDS:
            self._reinvites.put_back()
            self._retry_seconds = min(2 * self._retry_seconds, MAX_RETRY_SECONDS)
            self._owner.later(self._retry_seconds, self.name)
            return
        log.warning("%s not sent: %s", kind, why)
        self._reinvites.drop()
        self._owner.emit(_outcome(kind, self.name, 500))

    # -- PJSIP's callbacks -----------------------------------------------------------------------

    @_guarded
    def onCallState(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """The invite session moved on; told before onCallTsxState, so this may be where a message is first seen."""
        self.record.received(_received(prm.e))
        info = self.getInfo()
        state = info.state
        if state == pj.PJSIP_INV_STATE_CALLING and not self._announced:
            self._announced = True
            self._owner.emit(ev.CallDialing(self.name, info.callIdString, readable(info.remoteUri), time.monotonic()))
        elif state == pj.PJSIP_INV_STATE_CONFIRMED and not self.established:
            self._establish(info)
        elif state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._end(int(info.lastStatusCode), str(info.lastReason))

    @_guarded
    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802, ARG002 - PJSIP's name
        """Offer and answer are agreed; ports may have changed."""
        info = self.getInfo()
        self.sound.look(info)
        self.connect()
        held = self.sound.remote_hold
        if self.established and held is not None and held != self._held_by_remote:
            self._held_by_remote = held
            self._owner.emit(ev.RemoteHold(self.name, held))

    @_guarded
    def onCallTsxState(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """A transaction moved on: progress of our INVITE, fate of our re-INVITE or REFER, news of the latter."""
        event = prm.e.body.tsxState
        tsx = event.tsx
        came = _received(prm.e)
        if tsx.method == "INVITE":
            self._invite(event, tsx, came)
        elif tsx.method == "REFER" and tsx.role == pj.PJSIP_ROLE_UAC:
            self._own_refer(tsx, int(event.prevState), came)
        elif tsx.method == "NOTIFY" and tsx.role == pj.PJSIP_ROLE_UAS and came:
            self._tell(self._referral.notified(came))

    @_guarded
    def onCallTransferStatus(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """End the subscription with the first final answer: some peers never do.

        The news itself is read off the NOTIFY: PJSIP finds the call by its slot, which may be another's by now.
        """
        prm.cont = prm.statusCode < 200

    @_guarded
    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """The other side pressed a key."""
        self._owner.emit(ev.DtmfReceived(self.name, str(prm.digit)))

    def onCallRedirected(self, prm: Any) -> int:  # noqa: N802 - PJSIP's name
        """A 3xx to our INVITE: follow it to SIP addresses, a few times (RFC 3261 section 8.1.3.4)."""
        try:
            self._redirects += 1
            follow = self._redirects <= MAX_REDIRECTS and str(prm.targetUri).lower().lstrip("<").startswith("sip")
        except BaseException:  # noqa: BLE001 - nothing may get back into C++
            return int(pj.PJSIP_REDIRECT_STOP)
        return int(pj.PJSIP_REDIRECT_ACCEPT_REPLACE if follow else pj.PJSIP_REDIRECT_STOP)

    @_guarded
    def onCallTransferRequest(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """A REFER is declined: accepted without a Call object of ours it would make a call nobody owns."""
        prm.statusCode = _DECLINE

    @_guarded
    def onCallReplaceRequest(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        """An INVITE with Replaces is declined for the same reason."""
        prm.statusCode = _DECLINE

    # -- what they lead to -----------------------------------------------------------------------

    def _invite(self, event: Any, tsx: Any, came: str) -> None:
        self.record.received(came)
        if tsx.role == pj.PJSIP_ROLE_UAC:
            self._own_invite(tsx, int(event.prevState))
        else:
            self.record.sent(str(tsx.lastTx.wholeMsg))
        self._tell_dialog()
        if self._reinvites.due is not None:
            self._owner.later(0.0, self.name)  # not from in here: PJSIP has not finished with this one

    def _own_refer(self, tsx: Any, previous: int, came: str) -> None:
        state, transaction = int(tsx.state), int(tsx.pjTransaction)
        if state == pj.PJSIP_TSX_STATE_CALLING:
            self._referral.request_sent(transaction)
        elif state in _FINAL and previous in _OPEN:
            self._tell(self._referral.final_answer(transaction, int(tsx.statusCode), came))
            self._owner.later(0.0, self.name)  # PJSIP may be about to send it again with credentials

    def _tell(self, events: list[ev.UaEvent]) -> None:
        for event in events:
            self._owner.emit(event)

    def _tell_dialog(self) -> None:
        """Once the call is up, and again when its remote target changes (RFC 3261 section 12.2)."""
        if self.established and self.record.dialog != self._dialog_told:
            self._dialog_told = self.record.dialog
            self._owner.emit(ev.DialogKnown(self.name, self._dialog_told))

    def _own_invite(self, tsx: Any, previous: int) -> None:
        state, code, transaction = int(tsx.state), int(tsx.statusCode), int(tsx.pjTransaction)
        if not self.established:
            if state == pj.PJSIP_TSX_STATE_PROCEEDING and not self.incoming and 100 < code < 200:
                self._owner.emit(ev.CallProgress(self.name, code, readable(str(tsx.statusText))))
        elif state == pj.PJSIP_TSX_STATE_CALLING:
            self._reinvites.request_sent(transaction)
        elif state in _FINAL and previous in _OPEN:
            finished = self._reinvites.final_answer(transaction)
            if finished is not None:
                self._finish(finished, code)

    def _finish(self, kind: Reinvite, code: int) -> None:
        if kind is Reinvite.RESUME and code < 300:
            self.sound.cut = False
            self.connect()
        self._owner.emit(_outcome(kind, self.name, code))

    def _establish(self, info: Any) -> None:
        self.established = True
        self.sound.queued, self.sound.talking = False, True
        self.sound.look(info)
        self.connect()
        self._owner.emit(ev.CallEstablished(self.name, time.monotonic()))
        self._tell_dialog()
        self._owner.talking_changed()
        self._owner.later(0.0, self.name)

    def _end(self, code: int, reason: str) -> None:
        if self._over:
            return
        self._over = True
        try:
            self._tell(self._referral.ended())
            by_remote = not self.ended_here
            self._owner.emit(ev.CallEnded(self.name, code, readable(reason), by_remote, time.monotonic()))
        finally:
            self._owner.gone(self.name)
            self._destroy_when_possible()

    def abandon(self) -> None:
        """The call never began: tell that it is over and give the object back."""
        self.ended_here = True
        self._end(0, "")

    def give_up(self) -> None:
        """A callback of this call has failed: unless it is established it ends, and a caller gets 500."""
        if self._over:
            return
        if not self.isActive():
            self._end(_SERVER_ERROR, "")
        elif not self.established:
            self._failed = True
            self._owner.later(0.0, self.name)  # not from in here: PJSIP has not finished with this one

    def _hang_up_failed(self) -> None:
        try:
            with self._command():
                self.ended_here = True
                unanswered = self.incoming and not self.sound.talking
                self.hangup(call_parameters(_SERVER_ERROR if unanswered else 0, "", ()))
        except pj.Error as error:
            log.warning("not hung up: %s", words(error))
            self._end(_SERVER_ERROR, "")

    @contextmanager
    def _command(self) -> Iterator[None]:
        """PJSIP may end the call inside a command; the C++ object must outlive that command."""
        self._in_command += 1
        try:
            yield
        finally:
            self._in_command -= 1
            if self._over:
                self._destroy_when_possible()

    def _destroy_when_possible(self) -> None:
        if self._in_command == 0:
            destroy(self)


def _received(event: Any) -> str:
    """The message from the network that caused this event, empty when none did."""
    if event.type != pj.PJSIP_EVENT_TSX_STATE or event.body.tsxState.type != pj.PJSIP_EVENT_RX_MSG:
        return ""
    return str(event.body.tsxState.src.rdata.wholeMsg)


def _outcome(kind: Reinvite, name: str, code: int) -> ev.UaEvent:
    if kind is Reinvite.HOLD:
        return ev.HoldConfirmed(name) if code < 300 else ev.HoldRefused(name, code)
    return ev.ResumeConfirmed(name) if code < 300 else ev.ResumeRefused(name, code)
