"""What an agent does with the team: picking up, notes, transfers, and the windows that ask about them."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject

from softphone.errors import RefusedError, TakenError
from softphone.model.actions import Choice, RequestTransfer
from softphone.model.view import Notice, NoticeKind, SessionView
from ui.app.main_window import MainWindow
from ui.calls.note_dialog import NoteDialog
from ui.calls.transfer_dialog import TransferDialog
from ui.prompts.pick_up_choice import PickUpChoice
from ui.prompts.recall_prompt import RecallPrompt
from ui.shared import texts
from ui.shared.background import Background
from ui.shared.signals import SessionSignals


class TeamRequests(QObject):
    """Turns the main window's wishes into questions and requests. One question of a kind is open at a time."""

    def __init__(
        self,
        signals: SessionSignals,
        background: Background,
        window: MainWindow,
        agent_name: Callable[[str], str],
        now: Callable[[], float],
    ) -> None:
        super().__init__()
        self._signals, self._phone, self._background = signals, signals.phone, background
        self._window, self._agent_name, self._now = window, agent_name, now
        self._open: dict[type, PickUpChoice | NoteDialog | TransferDialog] = {}
        self.recall = RecallPrompt(signals.phone, window, now)
        signals.view_changed.connect(self.follow)
        window.held.pick_up_wanted.connect(self.pick_up)
        window.held.note_wanted.connect(self.write_note)
        window.calls.transfer_wanted.connect(self.transfer)

    def follow(self, view: SessionView) -> None:
        """Every open question keeps up with what it is about."""
        for dialog in tuple(self._open.values()):
            dialog.follow(view)
        self.recall.follow(view)

    def pick_up(self, held_id: str) -> None:
        """Go on with this caller; on a call the agent is asked first what becomes of it."""
        view = self._phone.view
        held = view.held_call(held_id)
        if held is None or held.picking:
            return
        if Choice.ANSWER in held.pick_up or not held.pick_up:  # if it cannot be done, the refusal says why
            self._pick_up(held_id, None)
            return
        choice = PickUpChoice(view, held, self._window, self._now)
        choice.chosen.connect(lambda choice: self._pick_up(held_id, choice))
        choice.too_late.connect(lambda name: self._too_late(name, texts.caller(held.remote)))
        self._ask(choice)

    def write_note(self, held_id: str) -> None:
        """Ask for a note about this caller."""
        held = self._phone.view.held_call(held_id)
        if held is not None:
            dialog = NoteDialog(held, self._window)
            dialog.written.connect(lambda note: self._signals.attempt(lambda: self._phone.set_note(held_id, note)))
            self._ask(dialog)

    def transfer(self, call_id: str) -> None:
        """Ask where this call is to go."""
        view = self._phone.view
        call = next((call for call in view.calls if call.id == call_id), None)
        if call is not None and view.can(RequestTransfer(call_id)) and view.prompt is None:
            dialog = TransferDialog(view, call, self._window, self._now())
            dialog.target_chosen.connect(
                lambda target: self._signals.attempt(lambda: self._phone.transfer(call_id, target))
            )
            self._ask(dialog)

    def close(self) -> None:
        """Take every window down."""
        for dialog in (*self._open.values(), self.recall):
            dialog.hide()
            dialog.deleteLater()
        self._open.clear()

    def _ask(self, dialog: PickUpChoice | NoteDialog | TransferDialog) -> None:
        kind = type(dialog)
        if kind in self._open:
            self._open[kind].reject()
        self._open[kind] = dialog
        dialog.finished.connect(lambda: self._forget(dialog))
        dialog.open()

    def _forget(self, dialog: PickUpChoice | NoteDialog | TransferDialog) -> None:
        if self._open.get(type(dialog)) is dialog:
            del self._open[type(dialog)]

    def _pick_up(self, held_id: str, choice: Choice | None) -> None:
        self._background.start(self._picked_up(held_id, choice), lambda: None, self._failed)

    async def _picked_up(self, held_id: str, choice: Choice | None) -> None:
        try:
            await self._phone.pick_up(held_id, choice)
        except TakenError as error:
            self._too_late(self._agent_name(error.by) or error.by, "")
        except RefusedError as error:
            self._signals.notify(Notice(NoticeKind.INFO, str(error)))

    def _failed(self, why: str) -> None:
        self._signals.notify(Notice(NoticeKind.WARNING, why))

    def _too_late(self, name: str, caller: str) -> None:
        """Losing a race is no mistake."""
        text = self.tr("{name} was faster.").format(name=texts.plain(name)) if name else ""
        gone = self.tr("{name} is no longer held for anyone.").format(name=caller)
        self._signals.notify(Notice(NoticeKind.INFO, text or gone))
