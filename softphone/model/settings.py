"""Every option of this machine's softphone, declared once: key, type, default, help and choices.

The TOML file, ``settings import|export``, the dialogs and the docs all follow these declarations.
Users, queues and tracking numbers belong to the team and live in the database (``profile``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from softphone.model.options import option


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The SIP account. Its password lives in the keyring, never here."""

    sip_uri: str = option(
        "", "The agent's own SIP address; without a registrar for direct calls only", label="SIP address"
    )
    registrar: str = option("", "SIP address of the registrar; empty for none", label="Registrar")
    transport: str = option("udp", "Transport to the registrar", choices=("udp", "tcp", "tls"), label="Transport")
    username: str = option(
        "", "User name for the registrar; empty for the user part of the SIP address", label="User name"
    )
    srtp: str = option(
        "off",
        "Encryption of the sound",
        choices=("off", "optional", "mandatory"),
        label="Encryption of the sound (SRTP)",
    )
    ca_file: str = option(
        "", "PEM file of the authorities trusted for TLS; empty for the system's", label="Trusted authorities"
    )
    accept_from_anywhere: bool = option(
        False,
        "Calls need not come from the registrar or its proxies; over TCP or TLS this opens a UDP port, too. "
        "Without a registrar anybody can call",
        label="Accept calls from anywhere",
    )
    realms: str = option(
        "",
        "Further realms the password is for, separated by commas; that of the registrar is known from itself",
        label="Further realms",
    )

    @property
    def realm_names(self) -> tuple[str, ...]:
        """Those of ``realms``."""
        return tuple(name for part in self.realms.split(",") if (name := part.strip()))

    @property
    def password_name(self) -> str:
        """What the keyring keeps the password under: it was given for this registrar, by TLS or without.

        Whoever changes these in the file, or makes somebody import another, gets no password by it.
        """
        encrypted = "with TLS" if self.transport == "tls" else "without TLS"
        return f"{self.sip_uri} at {self.registrar or 'no registrar'} {encrypted}"


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Where the user agent listens."""

    bind: str = option("", "Address to listen on; empty for every interface", label="Address to listen on")
    port: int = option(0, "Port to listen on; 0 for any free one", low=0, high=65535, label="Port")


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """Who sits at this machine."""

    login: str = option("", "Login of the agent who uses this softphone", label="This softphone is used by")


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the team's data is."""

    url: str = option(
        "sqlite",
        "“sqlite” for a file in the data directory, or postgresql://user@host:port/database for a team",
        label="Database",
    )
    ca_file: str = option(
        "",
        "PEM file of the authorities trusted for TLS to the database; empty for the system's",
        label="Trusted authorities",
    )


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """Devices and volumes; a device is named as the sound system shows it, empty for its default, none for none."""

    microphone: str = option("", "Microphone", label="Microphone")
    headset: str = option("", "Loudspeaker of the headset", label="Headset")
    ringer: str = option("", "Device the ring plays on", label="Ringer")
    speech_volume: float = option(
        1.0, "Volume of the other party", low=0.0, high=2.0, label="Volume of the other party"
    )
    ring_volume: float = option(0.5, "Volume of the ring", low=0.0, high=1.0, label="Volume of the ring")
    beep_volume: float = option(
        0.25, "Volume of the call-waiting beep", low=0.0, high=1.0, label="Volume of the call-waiting beep"
    )
    beep_repeats: int = option(
        0, "How often the beep sounds at most; 0 for as long as somebody waits", low=0, high=100, label="Beeps at most"
    )
    country: str = option("US", "Country whose tones are played (ITU-T E.180)", label="Tones of")
    hold_music: str = option(
        "", "WAV file held callers hear; empty for the music that comes along", label="Music on hold"
    )


@dataclass(frozen=True, slots=True)
class NumberSettings:
    """How dialled numbers are read."""

    default_region: str = option("US", "Region of numbers written without a country code", label="Region")
    header_order: tuple[str, ...] = option(
        (
            "P-Called-Party-ID",
            "X-Tracking-Number",
            "Diversion",
            "History-Info",
            "To",
            "Request-URI",
        ),
        "Where the dialled number is looked for; the first known tracking number counts",
        label="Dialled number is read from",
    )


@dataclass(frozen=True, slots=True)
class CallSettings:
    """How waiting and held callers are treated."""

    queued_music: bool = option(
        False,
        "Silently queued callers get 182 Queued with music instead of 180 Ringing",
        label="Music for silently queued callers",
    )
    reminder_seconds: int = option(
        60,
        "After how many seconds the agent is reminded of a caller held for anyone; 0 for never",
        low=0,
        high=3600,
        label="Reminder of a held caller after",
    )
    recall_seconds: int = option(
        180,
        "After how many seconds a caller held for anyone comes back to the agent who holds them; 0 for never",
        low=0,
        high=3600,
        label="Held caller comes back after",
    )
    pickup_address: str = option(
        "",
        "SIP address callers are sent to when this agent picks them up; empty for the agent's own",
        label="Picked-up callers are sent to",
    )
    park_orbit: str = option(
        "",
        "SIP address of a server's park orbit for callers held for anyone; empty: this softphone holds them",
        label="Park orbit",
    )
    dial_links: bool = option(
        False,
        "A sip: or tel: link clicked in another program is dialled at once; otherwise it is put into the field to dial",
        label="Dial links of other programs at once",
    )


@dataclass(frozen=True, slots=True)
class DiagnosticsSettings:
    """What is written down for support."""

    sip_trace: bool = option(
        False, "Write every SIP message, credentials blanked, to the log directory", label="Write a SIP trace"
    )
    mask_numbers: bool = option(
        False,
        "Telephone numbers are masked in the log, from the next start on, and in support bundles",
        label="Mask telephone numbers",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it, one table each."""

    account: AccountSettings = field(default_factory=AccountSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    agent: AgentSettings = field(default_factory=AgentSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    sound: SoundSettings = field(default_factory=SoundSettings)
    numbers: NumberSettings = field(default_factory=NumberSettings)
    calls: CallSettings = field(default_factory=CallSettings)
    diagnostics: DiagnosticsSettings = field(default_factory=DiagnosticsSettings)
