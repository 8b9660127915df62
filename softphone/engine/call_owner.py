"""What a call needs of the engine around it."""

from __future__ import annotations

from typing import Protocol

from softphone.model.ua_events import UaEvent


class CallOwner(Protocol):
    """The engine, as a call sees it."""

    def emit(self, event: UaEvent) -> None:
        """Tell the app."""

    def later(self, seconds: float, call: str) -> None:
        """Let this call ``advance`` in *seconds*, if it still exists then."""

    def bridge_again(self, call: str) -> None:
        """The sound of a bridged call was connected anew."""

    def talking_changed(self) -> None:
        """A call began or ended to use the microphone."""

    def gone(self, call: str) -> None:
        """Forget this call; nothing may refer to it afterwards."""
