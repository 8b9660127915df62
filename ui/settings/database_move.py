"""The guided move into another database: what would be moved, what is in the way, how far it is, what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from softphone.model.database_move import Conflict, MovePlan, MoveProgress, MoveReport, MoveStep, Tally
from softphone.model.settings import DatabaseSettings
from ui.shared.background import Background, while_there
from ui.shared.core import DatabasesPort
from ui.shared.texts import plain
from ui.widgets.banner import Banner
from ui.widgets.labels import PlainLabel
from ui.widgets.sizes import open_at
from ui.widgets.status_icon import StatusKind

WIDTH, HEIGHT = 92, 30  # letters and lines
Shown = Callable[[], None]
"""What the dialog does once a piece of work has come to its end, and not before: Cancel closes it then."""


class DatabaseMoveDialog(QDialog):
    """Asks before anything is written; may be cancelled and gone on with at any point.

    *use* makes the softphone work with the destination from its next start on; the dialog is accepted then.
    """

    def __init__(
        self,
        databases: DatabasesPort,
        background: Background,
        choice: DatabaseSettings,
        password: str,
        *,
        use: Callable[[], Awaitable[None]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Move My Data"))
        self._databases, self._background, self._use = databases, background, use
        self._choice, self._password = choice, password
        self._running: asyncio.Task[Shown] | None = None
        self._conflicts: tuple[Conflict, ...] = ()
        self._planned = False
        self.summary = PlainLabel(self.tr("Looking at both databases…"), bold=True)
        self.summary.wrap()
        self.about_conflicts = PlainLabel(
            self.tr(
                "These are in both databases, but differ. Tick what is to be overwritten with what is here; "
                "everything else stays as it is there."
            )
        )
        self.about_conflicts.wrap()
        self.conflicts = self._conflict_list()
        self.step = PlainLabel()
        self.progress = QProgressBar()
        self.progress.setAccessibleName(self.tr("Progress"))
        self.report = PlainLabel()
        self.report.wrap()
        self.report.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem, self.done_banner = Banner(StatusKind.BAD), Banner(StatusKind.GOOD)
        self.move_button, self.use_button, self.cancel_button = self._buttons()
        self._lay_out()
        open_at(self, WIDTH, HEIGHT)
        self._start(self._plan)

    def reject(self) -> None:
        """Cancel what goes on first; what was copied so far stays where it is, and the source is as it was."""
        if self._running is not None:
            self._running.cancel()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """It is not needed any more."""
        super().done(result)
        self.deleteLater()

    # What goes on.

    async def _plan(self) -> Shown:
        async with AsyncExitStack() as stack:
            move = await stack.enter_async_context(self._databases.move_to(self._choice, self._password))
            plan = await move.plan()
        return lambda: self._show_plan(plan)

    async def _move(self) -> Shown:
        tell = while_there(self, self._show_progress)
        async with AsyncExitStack() as stack:
            move = await stack.enter_async_context(self._databases.move_to(self._choice, self._password))
            report = await move.run(self._chosen(), tell)
        return lambda: self._show_report(report)

    async def _switch(self) -> Shown:
        """What was written to the old database while the report was read comes along."""
        async with AsyncExitStack() as stack:
            move = await stack.enter_async_context(self._databases.move_to(self._choice, self._password))
            await move.run()
        await self._use()
        return self.accept

    def _start(self, work: Callable[[], Coroutine[object, object, Shown]]) -> None:
        for banner in (self.problem, self.done_banner):
            banner.set_text("")
        self.progress.setRange(0, 0)
        self._set_busy(True)
        self._background.start(self._supervised(work), lambda: None, while_there(self, self._failed))

    async def _supervised(self, work: Callable[[], Coroutine[object, object, Shown]]) -> None:
        """Cancel ends the work and not this: so the dialog can say so. The end of the app ends both."""
        self._running = running = asyncio.ensure_future(work())
        try:
            await asyncio.wait([running])
        finally:
            running.cancel()
            await asyncio.wait([running])
            self._running = None
            while_there(self, lambda: self._set_busy(False))()
        if running.cancelled():
            while_there(self, self._cancelled)()
        else:
            while_there(self, running.result())()

    # What is shown.

    def _show_plan(self, plan: MovePlan) -> None:
        self._conflicts, self._planned = plan.conflicts, True
        counts = self.tr("To be moved: {users} users, {numbers} tracking numbers, {calls} calls.").format(
            users=self._number(plan.users), numbers=self._number(plan.numbers), calls=self._number(plan.calls)
        )
        waiting = self.tr("{count} call-log entries are still on their way; they will follow by themselves.")
        self.summary.setText(f"{counts} {waiting.format(count=self._number(plan.waiting))}" if plan.waiting else counts)
        self.conflicts.clear()
        for conflict in plan.conflicts:
            self._add_conflict(conflict)
        for widget in (self.about_conflicts, self.conflicts):
            widget.setVisible(bool(plan.conflicts))

    def _show_progress(self, progress: MoveProgress) -> None:
        words = {
            MoveStep.USERS: self.tr("Users"),
            MoveStep.NUMBERS: self.tr("Tracking numbers"),
            MoveStep.CALLS: self.tr("Call log"),
            MoveStep.COMPARING: self.tr("Every call is compared"),
        }
        self.step.setText(f"{words[progress.what]}: {self._number(progress.done)} / {self._number(progress.total)}")
        self.progress.setRange(0, max(1, progress.total))
        self.progress.setValue(progress.done if progress.total else 1)

    def _show_report(self, report: MoveReport) -> None:
        lines = [
            self._tally(self.tr("Users"), report.users),
            self._tally(self.tr("Tracking numbers"), report.numbers),
            self._tally(self.tr("Calls"), report.calls),
        ]
        if report.respelled:
            lines.append(
                self.tr(
                    "In {count} records, a character PostgreSQL cannot store was replaced by a question mark."
                ).format(count=report.respelled)
            )
        self.report.setText("\n".join(lines))
        if report.complete:
            self.done_banner.set_text(self.tr("Everything has arrived. Nothing was removed here."))
        else:
            self.problem.set_text(
                self.tr("Not everything has arrived as it is here. Move it again, or find out why first.")
            )
        self.use_button.setVisible(report.complete)
        self.move_button.setVisible(not report.complete)
        for widget in (self.about_conflicts, self.conflicts):
            widget.hide()

    def _tally(self, name: str, tally: Tally) -> str:
        words = self.tr("{name}: {copied} copied, {there} already there, {compared} compared.").format(
            name=name,
            copied=self._number(tally.copied),
            there=self._number(tally.already_there),
            compared=self._number(tally.compared),
        )
        if tally.differing or tally.missing:
            words += " " + self.tr("{differing} differ, {missing} are missing: {names}").format(
                differing=tally.differing, missing=tally.missing, names=plain(", ".join(tally.named))
            )
        return words

    def _failed(self, words: str) -> None:
        self.problem.set_text(plain(words))
        self.move_button.setText(self.tr("&Go On") if self._planned else self.tr("&Try Again"))

    def _cancelled(self) -> None:
        self.step.setText(self.tr("Cancelled. What has been copied so far stays there; “Go On” copies the rest."))
        self.move_button.setText(self.tr("&Go On") if self._planned else self.tr("&Try Again"))

    def _set_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.step.setVisible(busy or bool(self.step.text()))
        self.conflicts.setEnabled(not busy)
        self.move_button.setEnabled(not busy)
        self.use_button.setEnabled(not busy)

    def _go(self) -> None:
        self._start(self._move if self._planned else self._plan)

    # How it is made.

    def _conflict_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName(self.tr("Records that differ"))
        tree.setHeaderLabels([self.tr("Overwrite"), self.tr("Here"), self.tr("There")])
        header = tree.header()
        if header is not None:
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        tree.hide()
        return tree

    def _add_conflict(self, conflict: Conflict) -> None:
        item = QTreeWidgetItem([plain(conflict.key), "", ""])
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Unchecked)
        for name, mine, theirs in conflict.differs:
            item.addChild(QTreeWidgetItem([self.tr(name), plain(mine), plain(theirs)]))
        self.conflicts.addTopLevelItem(item)
        item.setExpanded(True)

    def _chosen(self) -> tuple[Conflict, ...]:
        items = [self.conflicts.topLevelItem(row) for row in range(self.conflicts.topLevelItemCount())]
        return tuple(
            conflict
            for conflict, item in zip(self._conflicts, items, strict=True)
            if item is not None and item.checkState(0) is Qt.CheckState.Checked
        )

    def _buttons(self) -> tuple[QPushButton, QPushButton, QPushButton]:
        move, use = QPushButton(self.tr("&Move")), QPushButton(self.tr("&Use It From Now On"))
        cancel = QPushButton(self.tr("Cancel"))
        for button, slot in ((move, self._go), (use, lambda: self._start(self._switch)), (cancel, self.reject)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked, slot=slot: slot())
        return move, use, cancel

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox()
        for button, role in (
            (self.move_button, QDialogButtonBox.ButtonRole.AcceptRole),
            (self.use_button, QDialogButtonBox.ButtonRole.AcceptRole),
            (self.cancel_button, QDialogButtonBox.ButtonRole.RejectRole),
        ):
            buttons.addButton(button, role)
        rows = QVBoxLayout(self)
        rows.addWidget(self.summary)
        rows.addWidget(self.about_conflicts)
        rows.addWidget(self.conflicts, 1)
        for widget in (self.report, self.step, self.progress, self.problem, self.done_banner):
            rows.addWidget(widget)
        rows.addStretch(0)
        rows.addWidget(buttons)
        self.about_conflicts.hide()
        self.use_button.hide()  # not before the box has taken it in: that shows it

    def _number(self, count: int) -> str:
        return self.locale().toString(count)
