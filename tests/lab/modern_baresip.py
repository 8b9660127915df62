"""baresip 4.10 as the customer, with the same face as ``Baresip``: a current SIP stack beside the old one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

from tests.lab.baresip import RATE
from tests.lab.ports import free_port
from tests.lab.signal import Recording, read_wav, sine, write_wav
from tests.lab.waiting import PATIENCE, until


class ModernBaresip:
    """A running baresip 4.10 without a registrar; *user* is its number, *hz* the tone it speaks."""

    program = "tests.lab.modern_peer"

    def __init__(self, user: str = "+15550102277", hz: float = 650.0) -> None:
        self.user, self.port, self.happened = user, free_port(), list[str]()
        self._hz = hz

    def __enter__(self) -> ModernBaresip:
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="modern-")))
            self.recording = directory / "heard.wav"
            tone = write_wav(directory / "tone.wav", sine(self._hz, 60.0, rate=RATE), RATE)
            command = [sys.executable, "-m", self.program]
            command += [self.user, str(self.port), str(tone), str(self.recording)]
            pipe = subprocess.PIPE
            self._process = stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
            reader = threading.Thread(target=self._read, name="modern-baresip", daemon=True)
            reader.start()
            stack.callback(reader.join, 5)
            stack.callback(self._leave)
            self.wait_for("ready")
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._cleanup.close()

    def dial(self, target: str) -> None:
        self._say(f"dial {target}")

    def answer(self) -> None:
        self._say("answer")

    def hold(self) -> None:
        self._say("hold")

    def resume(self) -> None:
        self._say("resume")

    def hang_up(self) -> None:
        self._say("hangup")

    def wait_for(self, kind: str, timeout: float = PATIENCE, count: int = 1) -> None:
        """Wait for the *count*-th event of this name."""
        until(lambda: self.happened.count(kind) >= count, lambda: f"{kind}; so far {self.happened}", timeout)

    def heard(self) -> Recording:
        """What it heard; complete once the call has ended."""
        return read_wav(self.recording)

    def _say(self, words: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.happened.append(line.strip())

    def _leave(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
