"""SIPp as the other end of the engine's calls and registrations, over UDP or TCP."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.lab.sipp import Party, Script

_NOTIFY = """\
  <send retrans="500"><![CDATA[

NOTIFY [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=[branch]
Max-Forwards: 70
From:[$own];tag=[pid]t[call_number]
To:[$caller]
Call-ID: [call_id]
CSeq: NUMBER NOTIFY
Contact: <sip:@USER@@[local_ip]:[local_port]>
Event: refer
Subscription-State: STATE
CONTENT
  ]]></send>
  <recv response="200"/>
"""
_SIPFRAG = "Content-Type: message/sipfrag;version=2.0\nContent-Length: [len]\n\n{}\n"
_NOTHING = "Content-Length: 0\n\n"


@dataclass(frozen=True, slots=True)
class EngineScript(Script):
    """*file* is a scenario of ``tests/integration/sipp``; *code* and *password* fill its words of these names.

    *calls* is how many Call-IDs it serves before it ends; *news* the NOTIFYs it sends after a REFER.
    """

    file: str = ""
    code: int = 486
    password: str = "secret1"
    tcp: bool = False
    calls: int = 1
    news: tuple[tuple[str, str], ...] = ()

    def text(self, media_port: int) -> str:
        text = self.filled(self.file, media_port)
        words = {"CODE": str(self.code), "PASSWORD": self.password, "NOTIFIES": self._notifies()}
        for word, value in words.items():
            text = text.replace(f"@{word}@", value)
        return text

    def _notifies(self) -> str:
        """SIPp's commands for the news: subscription state and status line (RFC 3420), empty for no body."""
        text = ""
        for number, (state, status) in enumerate(self.news, 1):
            content = _SIPFRAG.format(status) if status else _NOTHING
            text += _NOTIFY.replace("NUMBER", str(number)).replace("STATE", state).replace("CONTENT", content)
        return text.replace("@USER@", self.user)


class EngineParty(Party):
    """A Party that also speaks TCP."""

    script: EngineScript

    def _command(self, scenario: Path) -> list[str]:
        command = super()._command(scenario)
        command[command.index("-m") + 1] = str(self.script.calls)
        return [*command[:1], "-t", "t1", *command[1:]] if self.script.tcp else command

    def _leave(self) -> None:
        if self.script.calls > 1:
            self._process.kill()  # it waits for more, and nothing of ours is left in it
        super()._leave()

    def _listens(self) -> bool:
        table = Path("/proc/net/tcp" if self.script.tcp else "/proc/net/udp")
        return any(line.split()[1].endswith(f":{self.port:04X}") for line in table.read_text().splitlines()[1:])
