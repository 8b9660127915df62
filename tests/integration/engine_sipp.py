"""SIPp as the other end of the engine's calls and registrations, over UDP or TCP."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.integration.lab.sipp import SCENARIOS, Party, Script


@dataclass(frozen=True, slots=True)
class EngineScript(Script):
    """*file* is a scenario of ``tests/integration/sipp``; *code* and *password* fill its words of these names.

    *calls* is how many Call-IDs it serves before it ends.
    """

    file: str = ""
    code: int = 486
    password: str = "secret1"
    tcp: bool = False
    calls: int = 1

    def text(self, media_port: int) -> str:
        text = (SCENARIOS / f"{self.file}.xml").read_text()
        text = text.replace("@DIALOG@", (SCENARIOS / "app_dialog.xml").read_text())
        words = {"CODE": self.code, "PASSWORD": self.password, "USER": self.user, "MEDIA": media_port}
        words |= {"HEADERS": "".join(f"{header}\n" for header in self.headers), "TALK": self.talk, "RING": self.ring}
        words |= {"DIALLED": self.dialled, "TO": self.to or self.dialled, "NAME": self.name}
        words |= {"REFUSE": self.refuse, "REFUSALS": self.refusals, "HOLD_DELAY": self.hold_delay}
        for word, value in words.items():
            text = text.replace(f"@{word}@", str(value))
        return text


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
