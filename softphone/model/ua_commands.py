"""What a user agent can be told. It obeys and decides nothing.

``call`` is the user agent's id of a call, unique over the life of the app. Header values and URIs
are checked by the user agent before they reach the network; what it cannot do it answers with
``CommandRefused`` and nothing else happens.
"""

from __future__ import annotations

from dataclasses import dataclass

from softphone.model.sip import Header
from softphone.model.tone import Tone, ToneKind


@dataclass(frozen=True, slots=True)
class Account:
    """Who registers where. Without *registrar* calls are peer to peer. *srtp*: off, optional, mandatory.

    *accept_from_anywhere*: callers need not come from the registrar's side; without a registrar nobody does.
    The password is for the realms the registrar asks for it in, and for *realms*.
    """

    sip_uri: str
    registrar: str = ""
    transport: str = "udp"
    username: str = ""
    password: str = ""
    srtp: str = "off"
    expires_seconds: int = 120
    accept_from_anywhere: bool = False

    @property
    def open(self) -> bool:
        """Whether anybody may call."""
        return self.accept_from_anywhere or not self.registrar

    realms: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Account({self.sip_uri!r}, registrar={self.registrar!r}, transport={self.transport!r})"


@dataclass(frozen=True, slots=True)
class SoundChoice:
    """Device names as the sound system shows them; empty means its default, ``"none"`` no device at all."""

    microphone: str = ""
    headset: str = ""
    ringer: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """First command of all: network, TLS, sound and trace. Answered by EngineReady or EngineFailed.

    *bind* empty means all interfaces; *port* 0 lets the system choose. *ca_file* empty means the
    system's bundle. *hold_music* is a 16-bit PCM WAV file, empty for silence. *sip_trace* is a file
    that gets every SIP message with credentials blanked, empty for none. *orphan_file* is a path of its own for
    each data directory, in one that exists: see OutliveApp. A port that an engine without an app still uses is
    freed through it; empty: the engine cannot be asked. *codecs* are encoding names as in SDP (RFC 8866), the best
    first; one that the library does not have is left out. *crash_directory* gets a file while the engine runs, in which
    it says, dying, where its threads are; empty for none.
    """

    account: Account
    bind: str = ""
    port: int = 0
    ca_file: str = ""
    sound: SoundChoice = SoundChoice()
    hold_music: str = ""
    sip_trace: str = ""
    user_agent: str = "softphone"
    orphan_file: str = ""
    codecs: tuple[str, ...] = ("opus", "G722", "PCMA", "PCMU")
    crash_directory: str = ""


@dataclass(frozen=True, slots=True)
class SetAccount:
    """Replace the account; live calls go on."""

    account: Account


@dataclass(frozen=True, slots=True)
class Register:
    """Send a REGISTER now (also after the user agent itself has given up trying)."""


@dataclass(frozen=True, slots=True)
class Dial:
    """Start an outgoing call; *call* is the id the caller of this command has chosen."""

    call: str
    target: str
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Respond:
    """Answer an incoming INVITE that has no final answer yet with any code from 180 to 699."""

    call: str
    code: int
    reason: str = ""
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a call: BYE when it is up, CANCEL when it is being dialled, 480 when it is still ringing here."""

    call: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Offer ``sendonly`` (RFC 3264 section 8.4). Answered by HoldConfirmed or HoldRefused.

    While another re-INVITE is under way it waits. Of Hold and Resume only the last one asked for
    counts: it takes the place of one that waits, and the result of one already sent is not told.
    """

    call: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Offer ``sendrecv`` again and reconnect the sound. Answered by ResumeConfirmed or ResumeRefused."""

    call: str


@dataclass(frozen=True, slots=True)
class Refer:
    """Ask the other side, by REFER in the dialog (RFC 3515), to call *target*, a SIP URI.

    Answered by ReferAccepted or ReferRefused, then by ReferProgress. The call itself stays as it is.
    """

    call: str
    target: str


@dataclass(frozen=True, slots=True)
class Bridge:
    """Let two established calls hear each other, and neither of them the agent, until one of them ends."""

    call: str
    other: str


@dataclass(frozen=True, slots=True)
class OutliveApp:
    """Whether this call, held, is kept for a minute with its music when the app dies: somebody may pick it up.

    An app that ends in good order says Shutdown, which ends every call.
    """

    call: str
    keep: bool


@dataclass(frozen=True, slots=True)
class CutSound:
    """Disconnect the agent's microphone and loudspeaker from this call at once (*cut*), or connect them."""

    call: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Mute:
    """Send silence instead of the microphone in every call."""

    muted: bool


@dataclass(frozen=True, slots=True)
class SendDtmf:
    """Send *digits* (0-9, A-D, *, #) as RTP events (RFC 2833)."""

    call: str
    digits: str


@dataclass(frozen=True, slots=True)
class PlayTone:
    """Start a tone, replacing one of the same kind that still plays."""

    tone: Tone


@dataclass(frozen=True, slots=True)
class StopTone:
    """Stop the tone of this kind; nothing happens when none plays."""

    kind: ToneKind


@dataclass(frozen=True, slots=True)
class SelectSound:
    """Change devices; calls go on."""

    sound: SoundChoice


@dataclass(frozen=True, slots=True)
class SetSpeechVolume:
    """Linear gain of what the agent hears of the other parties, 0.0 to 2.0."""

    volume: float


@dataclass(frozen=True, slots=True)
class RecordHeadset:
    """Write what the headset gets, mixed, into a 16 kHz mono WAV file; an empty path ends the recording."""

    path: str


@dataclass(frozen=True, slots=True)
class PlayAsMicrophone:
    """Feed a 16-bit PCM WAV file, in a loop, to the calls in place of the microphone; empty path: the microphone."""

    path: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Answered by Pong, on the thread that does everything else: it works."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Hang up everything, unregister, end the process."""


UaCommand = (
    Start
    | SetAccount
    | Register
    | Dial
    | Respond
    | HangUp
    | Hold
    | Resume
    | Refer
    | Bridge
    | OutliveApp
    | CutSound
    | Mute
    | SendDtmf
    | PlayTone
    | StopTone
    | SelectSound
    | SetSpeechVolume
    | RecordHeadset
    | PlayAsMicrophone
    | Ping
    | Shutdown
)
