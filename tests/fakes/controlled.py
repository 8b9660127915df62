"""A session that shows what it is given and notes what it is asked."""

from __future__ import annotations

from collections.abc import Callable

from softphone.errors import RefusedError
from softphone.model.actions import Action, Choice
from softphone.model.view import Notice, SessionView


class FakeControlled:
    """Stands in for the session behind ``softphone ctl``; *refusal* makes it refuse everything."""

    def __init__(self, view: SessionView) -> None:
        self.view = view
        self.asked: list[object] = []
        self.refusal = ""

    def act(self, action: Action) -> None:
        self._note(action)

    def dial(self, target_text: str) -> str:
        self._note(("dial", target_text))
        return "new-call"

    def transfer(self, call_id: str, target_text: str) -> None:
        self._note(("transfer", call_id, target_text))

    async def pick_up(self, held_call_id: str, choice: Choice | None = None) -> str:
        self._note(("pick up", held_call_id, choice))
        return "picked-up-call"

    def set_note(self, held_call_id: str, note: str) -> None:
        self._note(("note", held_call_id, note))

    def mute(self, muted: bool) -> None:
        self._note(("mute", muted))

    def register(self) -> None:
        self._note("register")

    def settings_changed(self) -> None:
        self._note("settings changed")

    def on_view(self, listener: Callable[[SessionView], None]) -> None:
        self._note("watched")

    def on_notice(self, listener: Callable[[Notice], None]) -> None:
        self._note("watched")

    def on_event(self, listener: Callable[[dict[str, object]], None]) -> None:
        self._note("watched")

    def _note(self, asked: object) -> None:
        if self.refusal:
            raise RefusedError(self.refusal)
        self.asked.append(asked)
