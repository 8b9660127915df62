"""Other people's programs: started with a log of their own, waited for, and gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from softphone.errors import UserFacingError

POLL_SECONDS = 0.02
FIRST_PORT, LAST_PORT = 22000, 22998  # below the system's ephemeral range
LOOPBACK = "127.0.0.1"


class DidNotHappenError(Exception):
    """Something that had to happen did not; its text says what."""


def until(condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Wait until *condition* holds. Raises DidNotHappenError saying *what* did not happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise DidNotHappenError(f"{what} did not happen within {seconds:g} s")
        time.sleep(POLL_SECONDS)


def need(*names: str) -> None:
    """Raise UserFacingError when one of these programs is not installed."""
    missing = [name for name in names if not find(name)]
    if missing:
        raise UserFacingError(
            f"The team's demo needs programs that are not installed: {', '.join(missing)}. "
            "“make team-demo” installs them."
        )


def find(name: str) -> str:
    """Where this program is; empty when it is nowhere. Servers are not on everybody's PATH."""
    places = [os.environ.get("PATH", ""), "/usr/sbin", "/sbin", *map(str, _postgresql_folders())]
    return shutil.which(name, path=os.pathsep.join(places)) or ""


def _postgresql_folders() -> list[Path]:
    """Of Debian's versions side by side, the newest first."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)


def free_ports() -> Iterator[int]:
    """Even ports that, with the odd one above, nobody uses."""
    span = range(FIRST_PORT, LAST_PORT, 2)
    start = os.getpid() * 37 % len(span)
    for port in (*span[start:], *span[:start]):
        if _is_free(port) and _is_free(port + 1):
            yield port
    raise UserFacingError(f"No port between {FIRST_PORT} and {LAST_PORT} is free.")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return False
    return True


def service_user(name: str) -> str | None:
    """Whom to run a server as that refuses to run as root; None when we are not root."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam(name).pw_name
    except KeyError:
        raise UserFacingError(f"There is no user {name} to run its server as.") from None


def run(argv: Sequence[str], *, user: str | None = None, **options: object) -> str:
    """Run to the end; what it printed. Raises DidNotHappenError with its words when it fails."""
    done = subprocess.run(argv, capture_output=True, text=True, **identity(user), **options)  # type: ignore[call-overload]
    if done.returncode:
        raise DidNotHappenError(f"{argv[0]}: {(done.stderr or done.stdout).strip()[-800:]}")
    return str(done.stdout)


def identity(user: str | None) -> dict[str, object]:
    """The arguments that let a child process be somebody else."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": ()}


@contextmanager
def running(
    argv: Sequence[str], log: Path, *, user: str | None = None, end: int = signal.SIGTERM, **options: object
) -> Iterator[subprocess.Popen[bytes]]:
    """A program in the background, its words in *log*; *end* is the signal it ends by."""
    with log.open("ab") as words:
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=words, stderr=words, **identity(user), **options
        )  # type: ignore[call-overload]
    try:
        yield process
    finally:
        stop(process, end)


def stop(process: subprocess.Popen[bytes], end: int = signal.SIGTERM) -> None:
    """End it kindly, and else by force."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGCONT)
        process.send_signal(end)
    try:
        process.wait(8)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
