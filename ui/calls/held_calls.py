"""The callers held for anyone, anywhere in the team, each with what this agent can do for them."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QGridLayout, QPushButton, QStyle, QStyleOptionFocusRect, QToolTip

from softphone.model.actions import RequestResume
from softphone.model.view import HeldCallView, SessionView
from ui.shared import texts
from ui.widgets.call_status_icon import CallStatusIcon
from ui.widgets.fitting_scroll import FittingScroll
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import ElidedLabel, PlainLabel

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
LEAST_LINES = 5  # of the list are seen, however low the window is


class HeldCallRow(QFrame):
    """One caller. It takes the keyboard as a whole: Enter presses its first button."""

    pick_up_wanted = pyqtSignal(str)
    resume_wanted = pyqtSignal(str)  # with the id of one's own call
    note_wanted = pyqtSignal(str)
    step_wanted = pyqtSignal(int)

    def __init__(self, held: HeldCallView) -> None:
        super().__init__()
        self.held = held
        self._why_not = ""
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icon = CallStatusIcon()
        self.name = ElidedLabel(bold=True)
        self.clock = PlainLabel(bold=True)
        self.detail = ElidedLabel(faint=True)
        self.holder, self.note = PlainLabel(), PlainLabel()
        self.holder.wrap()
        self.note.wrap()
        self.pick_up = self._button(self.tr("Pick up"))
        self.pick_up.clicked.connect(lambda: self.pick_up_wanted.emit(self.held.id))
        self.resume = self._button(self.tr("Resume"))
        self.resume.clicked.connect(lambda: self.resume_wanted.emit(self.held.call))
        self.write_note = self._button(self.tr("Note…"))
        self.write_note.clicked.connect(lambda: self.note_wanted.emit(self.held.id))
        self._lay_out()

    def show_held(self, held: HeldCallView, view: SessionView, *, problem: str, locked: bool, now: float) -> None:
        """Show *held*; *problem* is why nobody can be picked up now, *locked* while the prompt is up."""
        self.held = held
        own, busy = bool(held.call), held.picking or bool(held.claimed_by)
        self._icon.set_held(leaving=busy)
        self.name.setText(texts.caller(held.remote))
        self.detail.setText(self._details())
        self.holder.setText(self._holder())
        self.note.setText(self.tr("“{note}”").format(note=texts.plain(held.note)) if held.note else "")
        self.note.setVisible(bool(held.note))
        self.pick_up.setVisible(not own)
        self.pick_up.setEnabled(bool(held.pick_up) and not locked)
        self._why_not = problem or ("" if held.pick_up or busy else self.tr("You cannot pick this caller up now."))
        self.pick_up.setToolTip(texts.tool_tip(self._why_not))
        self.pick_up.setAccessibleDescription(self._why_not)
        self.resume.setVisible(own)
        self.resume.setEnabled(view.can(RequestResume(held.call)) and not locked)
        self.write_note.setVisible(own)
        self.write_note.setEnabled(not locked)
        self._say()
        self.tick(now)

    def tick(self, now: float) -> None:
        """Move the clock on."""
        self.clock.setText(texts.clock(now - self.held.held_since))
        spoken = (self.name.text(), self.detail.text(), self.holder.text(), self.note.text())
        held = self.tr("held {time}").format(time=texts.lasting(now - self.held.held_since))
        name = ", ".join(part for part in (*spoken, held) if part)
        if name != self.accessibleName():
            self.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter for the first button, arrows for the neighbours; Tab leads to the buttons as everywhere."""
        key = event.key() if event is not None else None
        if key in ENTER:
            self._press()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step_wanted.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """The frame around it is drawn by hand."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """And taken away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """A row with the keyboard looks like any control with it."""
        super().paintEvent(event)
        style = self.style()
        if self.hasFocus() and style is not None:
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            style.drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, QPainter(self), self)

    def _press(self) -> None:
        """What Enter does; where it can do nothing it says why, as the tool tip does for the mouse."""
        (self.resume if self.held.call else self.pick_up).click()
        if self._why_not and not self.held.call:
            QToolTip.showText(self.mapToGlobal(self.rect().center()), self.pick_up.toolTip(), self)

    def _details(self) -> str:
        held = self.held
        number = texts.number(held.tracking_number_text or held.tracking_number)
        return " · ".join(part for part in (texts.caller_number(held.remote), texts.plain(held.label), number) if part)

    def _holder(self) -> str:
        held = self.held
        holder = texts.plain(held.holder_name or held.holder)
        held_by = self.tr("held by you") if held.call else self.tr("held by {name}").format(name=holder)
        return " · ".join(part for part in (held_by, texts.held_status(held)) if part)

    def _say(self) -> None:
        """The whole story in the tool tip, and names that tell one row's buttons from the other's."""
        lines = (self.detail.text(), self.holder.text(), self.note.text(), *map(texts.plain, self.held.history))
        self.setToolTip(texts.tool_tip("\n".join(line for line in lines if line)))
        self.setAccessibleDescription(" ".join(map(texts.plain, self.held.history)))
        for button, spoken in (
            (self.pick_up, self.tr("Pick up {name}")),
            (self.resume, self.tr("Resume {name}")),
            (self.write_note, self.tr("Note about {name}")),
        ):
            button.setAccessibleName(spoken.format(name=self.name.text()))

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 6, 8, 8)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._icon, 0, 0)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.clock, 0, 2)
        for row, label in enumerate((self.detail, self.holder, self.note), 1):
            grid.addWidget(label, row, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        buttons = FlowLayout()
        for button in (self.pick_up, self.resume, self.write_note):
            buttons.addWidget(button)
        grid.setRowMinimumHeight(4, 4)
        grid.addLayout(buttons, 5, 1, 1, 2)


class HeldCallList(FittingScroll):
    """Rows that follow the held calls of the view; no room is taken while nobody is held."""

    pick_up_wanted = pyqtSignal(str)
    resume_wanted = pyqtSignal(str)
    note_wanted = pyqtSignal(str)
    left_downwards = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(self.tr("Callers held for anyone"), LEAST_LINES)
        self.rows: dict[str, HeldCallRow] = {}

    def show_held(self, view: SessionView, *, problem: str, locked: bool, now: float) -> None:
        """Show its held callers, in this order; a row lives as long as its caller is held."""
        for gone in self.rows.keys() - {held.id for held in view.held_calls}:
            self.take_out(self.rows.pop(gone))
        for place, held in enumerate(view.held_calls):
            row = self.rows.get(held.id) or self._add(held)
            if self.rows_layout.indexOf(row) != place:
                self.rows_layout.insertWidget(place, row)
            row.show_held(held, view, problem=problem, locked=locked, now=now)
        self.setVisible(bool(view.held_calls))
        self.fit()

    def tick(self, now: float) -> None:
        """Move every clock on."""
        for row in self.rows.values():
            row.tick(now)

    def focus_first(self) -> bool:
        """Give the keyboard to the first row; whether there is one."""
        rows = self._in_order()
        if rows:
            rows[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.ensureWidgetVisible(rows[0])
        return bool(rows)

    def _in_order(self) -> list[HeldCallRow]:
        return sorted(self.rows.values(), key=self.rows_layout.indexOf)

    def _add(self, held: HeldCallView) -> HeldCallRow:
        row = HeldCallRow(held)
        row.pick_up_wanted.connect(self.pick_up_wanted)
        row.resume_wanted.connect(self.resume_wanted)
        row.note_wanted.connect(self.note_wanted)
        row.step_wanted.connect(lambda step: self._step(row, step))
        self.rows[held.id] = row
        return row

    def _step(self, row: HeldCallRow, step: int) -> None:
        """To the neighbour; below the last row the finished calls begin."""
        rows = self._in_order()
        place = rows.index(row) + step
        if place >= len(rows):
            self.left_downwards.emit()
        elif place >= 0:
            rows[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(rows[place])
