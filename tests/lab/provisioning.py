"""What an admin hands a softphone before a test: a provisioning file, written from a few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

AGENT = "agent1"
COLLEAGUE = "agent2"
DIRECT = "+15551230001"  # leads straight to the agent
DIRECT_LABEL = "Spring campaign"
QUEUE = "+15551230002"  # leads to a queue
COLLEAGUES = "+15551230003"  # leads straight to somebody else
UNKNOWN = "+15551239999"  # leads nowhere we know
SOUND: dict[str, Any] = {"microphone": "Microphone", "headset": "Headset", "ringer": "Ringer"}  # of the sound server


@dataclass(frozen=True, slots=True)
class Provisioning:
    """Defaults: peer to peer, call waiting on, bypass off, callers wait long, nobody takes them over, no sound card."""

    port: int
    call_waiting: bool = True
    bypass: bool = False
    ring_seconds: int = 300
    no_answer: str = "hang_up"
    no_answer_target: str = ""
    colleague_uri: str = "sip:agent2@127.0.0.1:9"
    registrar: str = ""
    accept_from_anywhere: bool = False
    transport: str = "udp"
    password: str = ""
    ca_file: str = ""
    account: str = f"sip:{AGENT}@127.0.0.1"
    microphone: str = "none"
    headset: str = "none"
    ringer: str = "none"
    country: str = "US"

    def text(self) -> str:
        """The file."""
        return "\n".join([self._account(), self._machine(), self._users(), _numbers()])

    def _account(self) -> str:
        lines = ["[account]", f'sip_uri = "{self.account}"', f'transport = "{self.transport}"']
        lines += [f"accept_from_anywhere = {str(self.accept_from_anywhere).lower()}"]
        lines += [f'registrar = "{self.registrar}"', f'ca_file = "{self.ca_file}"']
        return "\n".join(lines + ([f'password = "{self.password}"'] if self.password else []))

    def _machine(self) -> str:
        return f"""
[network]
bind = "127.0.0.1"
port = {self.port}
[agent]
login = "{AGENT}"
[sound]
microphone = "{self.microphone}"
headset = "{self.headset}"
ringer = "{self.ringer}"
country = "{self.country}"
"""

    def _users(self) -> str:
        return f"""
[[users]]
login = "{AGENT}"
name = "Agent One"
sip_uri = "{self.account}"
call_waiting = {str(self.call_waiting).lower()}
[users.queue]
bypass_if_no_agents = {str(self.bypass).lower()}
ring_seconds = {self.ring_seconds}
no_answer = "{self.no_answer}"
no_answer_target = "{self.no_answer_target}"
[[users]]
login = "{COLLEAGUE}"
name = "Agent Two"
sip_uri = "{self.colleague_uri}"
"""


def _numbers() -> str:
    rows = (
        (DIRECT, DIRECT_LABEL, f"agent:{AGENT}"),
        (QUEUE, "Sales", "queue:sales"),
        (COLLEAGUES, "Autumn campaign", f"agent:{COLLEAGUE}"),
    )
    row = '[[tracking_numbers]]\nnumber = "{}"\nlabel = "{}"\nroute = "{}"\n'
    return "".join(row.format(*values) for values in rows)
