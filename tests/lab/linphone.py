"""linphone as the customer, with the same face as ``Baresip``: a third SIP stack, told what to do on its console.

It asks the system which address of this machine leads to the outside and gives up when there is none, so a
default route must exist. A loopback one will do, in a network namespace even for an ordinary user: ROUTE.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.lab.baresip import RATE
from tests.lab.ports import free_port
from tests.lab.signal import Recording, read_wav, sine, write_wav
from tests.lab.waiting import PATIENCE, until

CONNECTED = "Media streams established"
ENDED = " ended ("
PROMPT = "linphonec> "  # again after each command that is done
ROUTE = "unshare -rn sh -c 'ip link set lo up; ip addr add 127.0.0.2/8 dev lo; ip route add default dev lo; make test'"
_CONFIGURATION = """\
[sip]
sip_port={port}
sip_tcp_port=-1
sip_tls_port=-1
bind_address=127.0.0.1
use_ipv6=0
ipv6_migration_done=1
guess_hostname=0
contact=sip:{user}@127.0.0.1
register_only_when_network_is_up=0
media_encryption=none
default_proxy=-1
[net]
firewall_policy=0
nat_policy_ref=
[rtp]
audio_rtp_port=21000-21998
[sound]
use_files=1
hold_music={tone}
echocancellation=0
[misc]
uuid=11111111-2222-3333-4444-5555555{port}
[audio_codec_0]
mime=PCMU
rate=8000
channels=1
enabled=1
"""


class Linphone:
    """A running linphonec without a registrar; *user* is its number, *hz* the tone it speaks."""

    def __init__(self, user: str = "+15550102288", hz: float = 700.0) -> None:
        self.user, self.port = user, free_port()
        self._hz = hz

    def __enter__(self) -> Linphone:
        assert has_default_route(), f"linphone needs a default route; one on loopback will do: {ROUTE}"
        with ExitStack() as stack:
            self.directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linphone-")))
            self._configure()
            self._process = self._start(stack)
            stack.callback(self._leave)
            self._say(f"record {self.recording}")
            until(lambda: self.log.count(PROMPT) == 2, lambda: f"linphone's console\n{self.log}")
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._cleanup.close()

    @property
    def log(self) -> str:
        """Its console."""
        return (self.directory / "console").read_text(errors="replace")

    def dial(self, target: str) -> None:
        self._say(f"call {target}")

    def answer(self) -> None:
        self._say("answer")

    def hold(self) -> None:
        self._say("pause")

    def resume(self) -> None:
        self._say("resume")

    def hang_up(self) -> None:
        self._say("terminate")

    def wait_for(self, words: str, timeout: float = PATIENCE, count: int = 1) -> None:
        """Wait until its console has said this *count* times."""
        until(lambda: self.log.count(words) >= count, lambda: f"“{words}” on linphone's console:\n{self.log}", timeout)

    @property
    def recording(self) -> Path:
        """What it hears, while it hears it."""
        return self.directory / "heard.wav"

    @property
    def recording_rate(self) -> int:
        """Samples a second: the clock of the codec in use, 48000 with Opus. The header has it from the first sample."""
        header = self.recording.read_bytes()[:44] if self.recording.exists() else b""
        return int.from_bytes(header[24:28], "little") or 8000

    def heard(self) -> Recording:
        """What it heard in its last call; complete once the call has ended."""
        return read_wav(self.recording)

    def _configure(self) -> None:
        tone = write_wav(self.directory / "tone.wav", sine(self._hz, 60.0, rate=RATE), RATE)
        (self.directory / "rc").write_text(_CONFIGURATION.format(port=self.port, user=self.user, tone=tone))
        for name in (".local/share/linphone", ".config/linphone"):
            (self.directory / name).mkdir(parents=True)

    def _start(self, stack: ExitStack) -> subprocess.Popen[str]:
        home = str(self.directory)
        environment = os.environ | {
            "HOME": home,
            "XDG_DATA_HOME": f"{home}/.local/share",
            "XDG_CONFIG_HOME": f"{home}/.config",
        }
        command = ["linphonec", "-c", f"{home}/rc", "-d", "1", "-l", f"{home}/log"]
        console = stack.enter_context((self.directory / "console").open("wb"))
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=console, stderr=console, text=True, env=environment)

    def _say(self, words: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()

    def _leave(self) -> None:
        try:
            self._process.communicate("quit\n", 5)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            self._process.kill()
            self._process.communicate()


def has_default_route() -> bool:
    """Whether Linux has an IPv4 route to anywhere: destination and mask 0."""
    rows = [line.split() for line in Path("/proc/net/route").read_text().splitlines()[1:]]
    return any(row[1] == row[7] == "00000000" for row in rows)
