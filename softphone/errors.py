"""Problems a person is told about in plain words; every other exception is a bug and is logged."""

from __future__ import annotations


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
