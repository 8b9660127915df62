"""Problems a person is told about in plain words; every other exception is a bug and is logged."""

from __future__ import annotations


class UserFacingError(Exception):
    """Its text is shown as it stands: one or two sentences that say what is wrong and what to do."""


class RefusedError(UserFacingError):
    """What was asked for is not possible at the moment; nothing was changed."""


class NotRunningError(UserFacingError):
    """A command needs the running app and there is none."""
