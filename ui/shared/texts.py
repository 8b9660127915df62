"""Words and figures the windows share: clocks, names of states, text that came from the network."""

from __future__ import annotations

import html
import math
import unicodedata

from PyQt6.QtCore import QCoreApplication, QLocale, Qt
from PyQt6.QtGui import QGuiApplication

from softphone.model.actions import Choice
from softphone.model.call import CallStatus
from softphone.model.call_record import Outcome
from softphone.model.colleague import Availability, TeamHealth
from softphone.model.profile import AgentStatus, NoAnswer
from softphone.model.view import CallerView, CallView, HeldCallView, Party, RegistrationStatus

_ISOLATE_LTR, _POP_ISOLATE = "\u2066", "\u2069"


def tr(text: str) -> str:
    """*text* in the language of the app."""
    return QCoreApplication.translate("texts", text)


def counted(count: int, one: str, many: str) -> str:
    """*one* for a single thing, otherwise *many* with its {count} as the reader's country writes figures."""
    return one if count == 1 else many.format(count=QLocale().toString(count))


def right_to_left() -> bool:
    """Whether the app's language is written from right to left."""
    return QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft


def tool_tip(text: str) -> str:
    """*text* as it stands: Qt would read a tool tip that looks like HTML as such."""
    return f"<qt>{html.escape(text)}</qt>".replace("\n", "<br>") if "<" in text or "&" in text else text


def plain(text: str) -> str:
    """Text from the network without control and direction-override characters, on one line."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Zl", "Zp")).strip()


def number(text: str) -> str:
    """A phone number or address that keeps its order in right-to-left text."""
    text = plain(text)
    return f"{_ISOLATE_LTR}{text}{_POP_ISOLATE}" if text and right_to_left() else text


def caller(party: Party) -> str:
    """What to call the other side: its name, else its number."""
    return plain(party.name) or number(party.number) or number(party.uri) or tr("Unknown caller")


def caller_number(party: Party) -> str:
    """The number under the name; empty when the name line shows it already."""
    return number(party.number or party.uri) if plain(party.name) else ""


def clock(seconds: float) -> str:
    """Elapsed time: 0:07, 12:34, 1:02:03."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def lasting(seconds: float) -> str:
    """How long somebody has been doing something, as one would say it."""
    minutes = max(0, int(seconds)) // 60
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return tr("just now")
    return tr("{hours} h {minutes} min").format(hours=hours, minutes=rest) if hours else tr("{n} min").format(n=minutes)


def countdown(seconds: float) -> str:
    """Time left, which reaches 0:00 exactly when it is over."""
    return clock(math.ceil(seconds))


def what_next(offer: CallerView, now: float) -> str:
    """What happens to this caller, and when: → Voicemail in 0:42."""
    where = {
        NoAnswer.VOICEMAIL: tr("Voicemail"),
        NoAnswer.AGENT: plain(offer.next_target),
        NoAnswer.HANG_UP: tr("Hang up"),
    }[offer.next_kind]
    arrow = "←" if right_to_left() else "→"
    return tr("{arrow} {where} in {time}").format(arrow=arrow, where=where, time=countdown(offer.deadline - now))


def choice_name(choice: Choice) -> str:
    """The words on the button, exactly."""
    return {
        Choice.HOLD_AND_ANSWER: tr("Hold & Answer"),
        Choice.HANGUP_AND_ANSWER: tr("Hangup & Answer"),
        Choice.ANSWER: tr("Answer"),
        Choice.IGNORE: tr("Ignore"),
    }[choice]


def agent_status(status: AgentStatus) -> str:
    """The status an agent chooses."""
    return {
        AgentStatus.AVAILABLE: tr("Available"),
        AgentStatus.DO_NOT_DISTURB: tr("Do not disturb"),
        AgentStatus.WRAP_UP: tr("Wrap-up"),
        AgentStatus.OFFLINE: tr("Offline"),
    }[status]


def registration(status: RegistrationStatus) -> str:
    """The state of the account in one word or two."""
    return {
        RegistrationStatus.NONE: tr("direct calls only"),
        RegistrationStatus.TRYING: tr("registering…"),
        RegistrationStatus.REGISTERED: tr("registered"),
        RegistrationStatus.FAILED: tr("not registered"),
    }[status]


def call_status(call: CallView) -> str:
    """The state of a call in its row."""
    if call.claimed_by and call.status is CallStatus.HELD:
        return tr("being picked up by {name}").format(name=plain(call.claimed_by))
    if call.status is CallStatus.HELD:
        return tr("held for anyone") if call.held_for_anyone else tr("on hold")
    if call.status is CallStatus.ACTIVE and call.remote_held:
        return tr("they put you on hold")
    return {
        CallStatus.DIALING: tr("calling…"),
        CallStatus.RINGING: tr("incoming"),
        CallStatus.WAITING: tr("waiting"),
        CallStatus.QUEUED: tr("queued"),
        CallStatus.ANSWERING: tr("answering…"),
        CallStatus.ACTIVE: tr("talking"),
        CallStatus.HOLDING: tr("holding…"),
        CallStatus.RESUMING: tr("resuming…"),
        CallStatus.BRIDGED: tr("another agent is talking to this caller through your softphone"),
        CallStatus.ENDING: tr("hanging up…"),
    }[call.status]


def concern(call: CallView, seconds: float) -> str:
    """What the agent should not overlook of a call that has been so for *seconds*; empty when there is nothing."""
    if call.status is CallStatus.BRIDGED or call.claimed_by:
        return call_status(call)
    return nobody_picks_up(seconds) if call.recall else ""


def current_call(call: CallView, seconds: float) -> str:
    """Whom the agent is talking to, or holds, under the prompt."""
    line = tr("on hold: {name} {time}") if call.held else tr("on the line: {name} {time}")
    return line.format(name=caller(call.remote), time=clock(seconds))


def nobody_picks_up(seconds: float) -> str:
    """What a recall is about."""
    return tr("on hold for {time}, nobody has picked up").format(time=clock(seconds))


def held_status(held: HeldCallView) -> str:
    """What goes on with a caller held for anyone, beyond being held; empty while nothing does."""
    if held.picking:
        return tr("you are picking this call up")
    if held.claimed_by:
        return tr("being picked up by {name}").format(name=plain(held.claimed_by))
    return tr("holder is gone") if held.holder_gone else ""


def availability(value: Availability) -> str:
    """What a colleague is doing."""
    return {
        Availability.FREE: tr("free"),
        Availability.ON_A_CALL: tr("on a call"),
        Availability.WRAP_UP: tr("wrap-up"),
        Availability.AWAY: tr("away"),
        Availability.SIGNED_OUT: tr("signed out"),
    }[value]


def team_health(health: TeamHealth) -> str:
    """What is not well with the team's database; empty when all is."""
    if health.online:
        return plain(health.problem)
    start = tr("Team database not reachable") if health.shared else tr("Database not reachable")
    waiting = counted(health.waiting, tr("1 log entry is waiting"), tr("{count} log entries are waiting"))
    data = tr("showing the last known data")
    return f"{start}: {data}, {waiting}" if health.waiting else f"{start}: {data}"


def outcome(value: Outcome) -> str:
    """How a call ended."""
    return {
        Outcome.ANSWERED: tr("answered"),
        Outcome.ABANDONED: tr("abandoned"),
        Outcome.IGNORED: tr("ignored"),
        Outcome.NO_ANSWER: tr("no answer"),
        Outcome.BYPASSED: tr("bypassed"),
        Outcome.DECLINED: tr("declined"),
        Outcome.BUSY: tr("busy"),
        Outcome.UNAVAILABLE: tr("unavailable"),
        Outcome.LOST: tr("lost"),
        Outcome.PICKED_UP: tr("picked up"),
        Outcome.TRANSFERRED: tr("transferred"),
        Outcome.FAILED: tr("failed"),
    }[value]
