"""What a user agent tells. ``at`` is ``time.monotonic()`` in seconds, the same clock in every process of a machine."""

from __future__ import annotations

from dataclasses import dataclass

from softphone.model.held_call import Dialog
from softphone.model.sip import Header
from softphone.model.ua_commands import UaCommand


@dataclass(frozen=True, slots=True)
class SipLibrary:
    """What the engine is built on. *asserts*: a malformed message from the network can end its process."""

    name: str = ""
    call_limit: int = 4
    asserts: bool = False
    tls_1_3: bool = False
    codecs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallEvent:
    """Something that happens to the call of this id."""

    call: str


@dataclass(frozen=True, slots=True)
class EngineReady:
    """The engine runs. *addresses* are the bound transports, such as ``udp:127.0.0.1:5060``."""

    protocol: int
    pid: int
    version: str
    addresses: tuple[str, ...]
    tls: bool
    library: SipLibrary = SipLibrary()


@dataclass(frozen=True, slots=True)
class EngineFailed:
    """The engine could not start; its process ends after this.

    *problem* is one of port-in-use, bad-address, tls, account, sound, other; *detail* is for people.
    """

    problem: str
    detail: str


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The engine has died (told by the supervisor). *exit_code* is negative for a signal.

    *often*: it was the third time within a minute, or one more; another one is started in *restart_seconds*.
    """

    exit_code: int
    at: float
    often: bool = False
    restart_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Pong:
    """The engine works."""


@dataclass(frozen=True, slots=True)
class RegistrationChanged:
    """Result of a REGISTER: *code* is the SIP status, 200 with *expires_seconds* above 0 meaning registered.

    *code* 0 with a *reason* means no answer came over the network at all (unknown host, refused, certificate).
    *retry_after_seconds* is what a registrar in trouble asks for (RFC 3261 section 20.33), 0 when it does not.
    """

    code: int
    reason: str
    expires_seconds: int
    retry_after_seconds: int = 0


@dataclass(frozen=True, slots=True)
class IncomingCall(CallEvent):
    """A new INVITE. *remote* is the From header's value; *headers* are all of the INVITE, in order.

    *trusted*: it came from the registrar's side, or there is no registrar; others write into headers what they like.
    """

    sip_call_id: str
    remote: str
    request_uri: str
    headers: tuple[Header, ...]
    at: float
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class CallTurnedAway:
    """The user agent had no place left and answered an INVITE with *code* (486) itself; *trusted* as above."""

    sip_call_id: str
    remote: str
    request_uri: str
    headers: tuple[Header, ...]
    code: int
    at: float
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class TurnedAwaySource:
    """An address, the transport it used, and how many of its requests were not let in."""

    address: str
    transport: str
    count: int


@dataclass(frozen=True, slots=True)
class RequestsTurnedAway:
    """Requests that nobody was to see, since the user agent started: *total*, and the busiest *sources*."""

    total: int
    sources: tuple[TurnedAwaySource, ...]


@dataclass(frozen=True, slots=True)
class CallDialing(CallEvent):
    """The INVITE of an outgoing call is on its way; now its SIP Call-ID is known."""

    sip_call_id: str
    remote: str
    at: float


@dataclass(frozen=True, slots=True)
class CallProgress(CallEvent):
    """A provisional answer (101 to 199) to an outgoing call."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class CallEstablished(CallEvent):
    """The dialog is confirmed (ACK sent or received); sound is connected or about to be."""

    at: float


@dataclass(frozen=True, slots=True)
class DialogKnown(CallEvent):
    """What identifies the dialog of an established call; told right after CallEstablished."""

    dialog: Dialog


@dataclass(frozen=True, slots=True)
class ReferAccepted(CallEvent):
    """The other side will try to call the target of our REFER."""


@dataclass(frozen=True, slots=True)
class ReferRefused(CallEvent):
    """The other side does not do REFER, or not now: *code* is its answer; the call goes on as it was."""

    code: int


@dataclass(frozen=True, slots=True)
class ReferProgress(CallEvent):
    """The other side tells by NOTIFY how its call to the target goes; *final* is the last that will be heard."""

    code: int
    final: bool


@dataclass(frozen=True, slots=True)
class CallEnded(CallEvent):
    """The call is gone; its id is never used again. *code* is the last SIP status, *by_remote* who ended it."""

    code: int
    reason: str
    by_remote: bool
    at: float


@dataclass(frozen=True, slots=True)
class HoldConfirmed(CallEvent):
    """The other side has accepted the hold."""


@dataclass(frozen=True, slots=True)
class HoldRefused(CallEvent):
    """The other side has refused the hold with *code*; the call goes on as it was."""

    code: int


@dataclass(frozen=True, slots=True)
class ResumeConfirmed(CallEvent):
    """The other side has accepted the end of the hold."""


@dataclass(frozen=True, slots=True)
class ResumeRefused(CallEvent):
    """The other side has refused the end of the hold with *code*; the call is still held."""

    code: int


@dataclass(frozen=True, slots=True)
class RemoteHold(CallEvent):
    """The other side has put us on hold, or taken us back."""

    held: bool


@dataclass(frozen=True, slots=True)
class DtmfReceived(CallEvent):
    """The other side pressed a key."""

    digit: str


@dataclass(frozen=True, slots=True)
class SoundChanged:
    """Which devices are in use now; empty means none, and *note* says why in words."""

    microphone: str
    headset: str
    ringer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """A command of this kind could not be carried out; *detail* says why, for people.

    *call* is empty when it was about none.
    """

    command: type[UaCommand]
    call: str
    detail: str


@dataclass(frozen=True, slots=True)
class LineSkipped:
    """A line on the pipe was no valid message and was skipped; *detail* says what was wrong, without its content."""

    detail: str


UaEvent = (
    EngineReady
    | EngineFailed
    | EngineLost
    | Pong
    | RegistrationChanged
    | IncomingCall
    | CallTurnedAway
    | RequestsTurnedAway
    | CallDialing
    | CallProgress
    | CallEstablished
    | DialogKnown
    | ReferAccepted
    | ReferRefused
    | ReferProgress
    | CallEnded
    | HoldConfirmed
    | HoldRefused
    | ResumeConfirmed
    | ResumeRefused
    | RemoteHold
    | DtmfReceived
    | SoundChanged
    | CommandRefused
    | LineSkipped
)
