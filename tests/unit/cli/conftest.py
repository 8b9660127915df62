"""An app to talk to: a control socket that answers from a script."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from softphone.config.paths import DataDirectory

Answer = dict[str, object]


class ScriptedApp:
    """Answers each request with *answer*; after ``events`` sends *events* and hangs up. Notes what it was asked."""

    def __init__(self, name: str) -> None:
        self.answer: Answer = {"ok": True, "result": None}
        self.events: list[Answer] = []
        self.asked: list[Answer] = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(name)
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve, name="scripted-app")
        self._thread.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                for line in stream:
                    self.asked.append(json.loads(line))
                    answers = self.events if self.asked[-1]["verb"] == "events" else []
                    stream.write(b"".join(json.dumps(a).encode() + b"\n" for a in [self.answer, *answers]))
                    stream.flush()
                    if answers:
                        break


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    DataDirectory(path).ensure()
    return path


@pytest.fixture
def app(data_dir: Path) -> Iterator[ScriptedApp]:
    running = ScriptedApp(DataDirectory(data_dir).control_socket)
    yield running
    running.close()


@pytest.fixture
def softphone(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command line in this process: exit status, standard output, standard error."""
    from softphone.cli import main

    def run(*argv: str) -> tuple[int, str, str]:
        status = main(["--data-dir", str(data_dir), *argv])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run
