"""Problems a person is told about in plain words; every other exception is a bug and is logged."""

from __future__ import annotations

import errno
from dataclasses import dataclass


class UserFacingError(Exception):
    """Its text is shown as it stands: one or two sentences that say what is wrong and what to do."""


class RefusedError(UserFacingError):
    """What was asked for is not possible at the moment; nothing was changed."""


class NotRunningError(UserFacingError):
    """A command needs the running app and there is none."""


class ChangedMeanwhileError(UserFacingError):
    """Somebody else has saved the record since it was read; nothing was written."""

    def __init__(self, what: str, changed_by: str) -> None:
        self.changed_by = changed_by
        super().__init__(f"{what} was changed meanwhile by {changed_by}: reload it, or compare.")


class StillUsedError(UserFacingError):
    """A record cannot be deleted while others point to it; *uses* names them, one each."""

    def __init__(self, what: str, uses: tuple[str, ...]) -> None:
        self.uses = uses
        super().__init__(f"{what} cannot be deleted, because these lead to it: {', '.join(uses)}.")


class GoneError(UserFacingError):
    """The record was deleted meanwhile."""


class TakenError(RefusedError):
    """Somebody else was faster; *by* is their login."""

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(f"{by} was faster.")


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file or a directory cannot be used, and what helps, each the piece of a sentence; *remedy* may be empty."""

    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """Both, without the last full stop."""
        return f"{self.what}. {self.remedy}" if self.remedy else self.what


DISK_FULL = FileProblem("the disk is full", "Free some space")
READ_ONLY = FileProblem("the file system is read-only", "Have it mounted for writing")
NO_PERMISSION = FileProblem("you have no permission", "Change its permissions, and those of the directory around it")
IN_USE = FileProblem("another program has it open", "Close that program")
DISK_FAILS = FileProblem("the disk reports an error", "Save your data elsewhere, and have the disk checked")

_BY_ERRNO = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: FileProblem("your share of the disk is used up", "Delete what you no longer need"),
    errno.EROFS: READ_ONLY,
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.EBUSY: IN_USE,
    errno.ETXTBSY: IN_USE,
    errno.EIO: DISK_FAILS,
    errno.EMFILE: FileProblem("too many files are open", "Close other programs"),
    errno.ENFILE: FileProblem("too many files are open", "Close other programs"),
}
_WINDOWS_IN_USE = (32, 33)  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION; their errno says EACCES


def file_problem(error: OSError) -> FileProblem:
    """What the operating system says of a file, in words for people."""
    if getattr(error, "winerror", None) in _WINDOWS_IN_USE:
        return IN_USE
    return _BY_ERRNO.get(error.errno or 0) or FileProblem(error.strerror or str(error))


def sentence(text: str) -> str:
    """*text* with a capital letter in front and a full stop behind; empty stays empty."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}" if text else ""
