"""Where a softphone keeps what it needs, and where the running one can be spoken to."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import platformdirs

from softphone.errors import UserFacingError, file_problem

_SOCKET_BYTES = 100  # AF_UNIX paths end at 104 bytes on macOS and at 108 on Linux, the final zero included


class DataDirectory:
    """Settings, database, log files and socket of one softphone. Two of them with two directories never meet."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = (path or platformdirs.user_data_path("softphone", appauthor=False)).expanduser().absolute()

    @property
    def settings_file(self) -> Path:
        """The options of this machine."""
        return self.path / "settings.toml"

    @property
    def database_file(self) -> Path:
        """The SQLite database."""
        return self.path / "softphone.sqlite3"

    def outbox_of(self, database_user: str) -> Path:
        """Call-log entries that are not yet in the database; one file for each login at a server, empty for a file.

        A server takes an agent's entries from that agent alone: those of another must not stand in front of them.
        """
        who = f"-{sha256(database_user.encode()).hexdigest()[:12]}" if database_user else ""
        return self.path / f"call-log-outbox{who}.jsonl"

    @property
    def directory_file(self) -> Path:
        """The team as last known, for a start without its database."""
        return self.path / "team.json"

    @property
    def orphan_file(self) -> Path:
        """There while the engine of an app that was killed still holds callers."""
        return self.path / "engine.orphaned"

    @property
    def window_places_file(self) -> Path:
        """Size and place of windows."""
        return self.path / "windows.ini"

    @property
    def log_directory(self) -> Path:
        """Log files, SIP traces, and what is known of engines that died."""
        return self.path / "logs"

    @property
    def control_socket(self) -> str:
        """Name of the local socket: a path in here, a short one of its own where that is too long, a pipe's on Windows.

        It follows from the path alone, so that every process finds the same one.
        """
        short = f"softphone-{sha256(os.fsencode(self.path)).hexdigest()[:16]}"
        if sys.platform == "win32":
            return short
        usual = self.path / "control.sock"
        return str(usual if len(os.fsencode(usual)) <= _SOCKET_BYTES else _private_directory() / f"{short}.sock")

    def ensure(self) -> None:
        """Make the directories, for this user only. Raises UserFacingError when they cannot be made or written."""
        try:
            new = not self.path.exists()
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if new or self._holds_nothing_of_others():
                self.path.chmod(0o700)
            self.log_directory.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass  # asking the permissions would not tell of access lists and read-only file systems
        except OSError as error:
            problem = file_problem(error)
            remedy = f"{problem.remedy}, or name" if problem.remedy else "Name"
            raise UserFacingError(
                f"The data directory {self.path} cannot be written: {problem.what}. "
                f"{remedy} another one with --data-dir."
            ) from error
        if sys.platform != "win32" and Path(self.control_socket).parent != self.path:
            _make_private(Path(self.control_socket).parent)

    def _holds_nothing_of_others(self) -> bool:
        """Whether it is empty or ours; the permissions of a directory with other things in it are not our business."""
        own = {self.settings_file.name, self.database_file.name}
        names = {entry.name for entry in self.path.iterdir()}
        return not names or bool(names & own)


def _private_directory() -> Path:
    """A directory of this user with a short path: the session's own, or one under the system's temporary one."""
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(session) if session and len(os.fsencode(session)) < _SOCKET_BYTES // 2 else Path(tempfile.gettempdir())
    return base / f"softphone-{os.getuid()}"


def _make_private(directory: Path) -> None:
    """Make it for this user alone, and refuse one that somebody else has put there."""
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        found = directory.lstat()
    except OSError as error:
        raise UserFacingError(f"The directory {directory} cannot be made: {file_problem(error)}.") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise UserFacingError(
            f"{directory} is not a directory of yours alone. Remove it, or name a shorter --data-dir."
        )
