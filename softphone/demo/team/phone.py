"""One agent's softphone: provisioned by a file, driven by ``softphone ctl``, with a tone for a voice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, cast

from softphone.demo.team.programs import DidNotHappenError, until
from softphone.errors import NotRunningError, UserFacingError
from ui.app.control_client import ControlClient

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
Status = dict[str, Any]
Listener = Callable[[str, Mapping[str, object]], None]


class Phone:
    """The running app of *login* in a data directory below *folder*; *speak* is the WAV file of its agent's voice."""

    def __init__(self, login: str, folder: Path, speak: Path, tell: Listener) -> None:
        self.login, self.folder, self._speak, self._tell = login, folder, speak, tell
        self.data = folder / "data"
        self.heard = folder / "heard.wav"
        self.program, self.environment = "softphone.demo.team.phone_program", OFFSCREEN
        folder.mkdir(parents=True)

    @property
    def socket(self) -> str:
        """Where the app can be asked."""
        return str(self.data / "control.sock")

    def command(self, *arguments: str) -> str:
        """``softphone --data-dir DIR ARGUMENTS``; what it printed. Raises DidNotHappenError with its words."""
        argv = [sys.executable, "-m", "softphone", "--data-dir", str(self.data), *arguments]
        done = subprocess.run(argv, env=os.environ | OFFSCREEN, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise DidNotHappenError(f"softphone {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def start(self, stack: ExitStack) -> None:
        """Start it; *stack* ends it."""
        argv = [sys.executable, "-m", self.program, "--data-dir", str(self.data)]
        argv += ["--speak", str(self._speak), "--hear", str(self.heard), "--pictures", str(self.folder)]
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen(argv, env=os.environ | self.environment, stdout=output, stderr=output)
        stack.callback(self.end)

    def wait_until_ready(self) -> None:
        """Registered, with the team's database, and heard in the timeline from now on."""
        until(self._is_ready, f"the start of {self.login}'s softphone", 40.0)
        until(self.heard.exists, f"the recording at {self.login}")
        listening = threading.Event()
        threading.Thread(target=self._listen, args=(listening,), name=f"{self.login}-events", daemon=True).start()
        until(listening.is_set, f"an answer of {self.login}'s softphone")

    def ask(self, verb: str, arg: str = "", **more: object) -> Any:
        """What ``softphone ctl VERB ARG --json`` prints. Raises UserFacingError when it is refused."""
        with ControlClient(self.socket, 40.0) as client:
            return client.request(verb, arg, **more)

    @property
    def status(self) -> Status:
        """What ``ctl status --json`` prints."""
        return cast("Status", self.ask("status"))

    @property
    def runs(self) -> bool:
        """Whether its process is alive."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the app's process."""
        return self._process.pid

    @property
    def states(self) -> list[str]:
        """Of its calls."""
        return [call["state"] for call in self.status["calls"]]

    def look(self) -> None:
        """Have it do what SIGUSR1 means to its program."""
        self._process.send_signal(signal.SIGUSR1)

    def draw(self) -> None:
        """Have it draw its windows."""
        picture = self.folder / "MainWindow.png"
        picture.unlink(missing_ok=True)
        self.look()
        until(picture.exists, f"a picture of {self.login}'s window")

    def _is_ready(self) -> bool:
        if self._process.poll() is not None:
            words = (self.folder / "output").read_text(errors="replace")[-800:]
            raise DidNotHappenError(f"{self.login}'s softphone has ended: {words}")
        with suppress(NotRunningError):
            status = self.status
            return status["registration"] == "registered" and bool(status["team"]["online"])
        return False

    def _listen(self, listening: threading.Event) -> None:
        with suppress(NotRunningError, OSError, ValueError), ControlClient(self.socket) as client:
            events = client.events()
            listening.set()
            for event in events:
                self._tell(self.login, event)

    def end(self) -> None:
        """Quit it as its agent does."""
        with suppress(UserFacingError):
            self.ask("quit")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
