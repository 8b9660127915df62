"""The current calls, one row each, with what can be done to them."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from softphone.model.actions import Action, RequestHangUp, RequestHold, RequestResume
from softphone.model.view import CallStatus, CallView
from ui import texts
from ui.widgets.call_mark import CallMark
from ui.widgets.labels import ElidedLabel, PlainLabel

SHOWN = frozenset(CallStatus) - {CallStatus.QUEUED, CallStatus.WAITING, CallStatus.RINGING}


class CallRow(QFrame):
    """One call."""

    action = pyqtSignal(object)
    mute_toggled = pyqtSignal(bool)

    def __init__(self, call_id: str) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.call_id = call_id
        self._since = 0.0
        self._mark = CallMark()
        self._name = ElidedLabel(bold=True)
        self._clock = PlainLabel(bold=True)
        self._detail = ElidedLabel(faint=True)
        self.mute = self._button(self.tr("Mute"), checkable=True)
        self.mute.clicked.connect(self.mute_toggled)
        self.hold = self._button(self.tr("Hold"))
        self.hold.clicked.connect(lambda: self.action.emit(RequestHold(call_id)))
        self.resume = self._button(self.tr("Resume"))
        self.resume.clicked.connect(lambda: self.action.emit(RequestResume(call_id)))
        self.hang_up = self._button(self.tr("Hang up"))
        self.hang_up.clicked.connect(lambda: self.action.emit(RequestHangUp(call_id)))
        self._lay_out()

    def show_call(self, call: CallView, *, muted: bool, locked: bool) -> None:
        """Show *call*; *locked* while the prompt is up, when only mute is left to do here."""
        self._since = call.since
        name = texts.caller(call.remote)
        self._mark.set_status(call.status)
        self._name.setText(name)
        details = (texts.caller_number(call.remote), texts.call_status(call), texts.plain(call.label))
        self._detail.setText(" · ".join(part for part in details if part))
        self._detail.setToolTip("")
        self.setAccessibleName(f"{name}, {texts.call_status(call)}")
        active = call.status is CallStatus.ACTIVE
        self.mute.setVisible(active)
        self.mute.setChecked(muted)
        self.mute.setText(self.tr("Muted") if muted else self.tr("Mute"))
        self.hold.setVisible(active)
        self.resume.setVisible(call.status is CallStatus.HELD)
        self.hang_up.setEnabled(call.status is not CallStatus.ENDING and not locked)
        self.hold.setEnabled(not locked)
        self.resume.setEnabled(not locked)
        self._name_buttons(name)

    def tick(self, now: float) -> None:
        """Move the clock on."""
        self._clock.setText(texts.clock(now - self._since))

    def _name_buttons(self, name: str) -> None:
        self.mute.setAccessibleName(self.tr("Mute the microphone"))
        self.hold.setAccessibleName(self.tr("Hold {name}").format(name=name))
        self.resume.setAccessibleName(self.tr("Resume {name}").format(name=name))
        self.hang_up.setAccessibleName(self.tr("Hang up {name}").format(name=name))

    def _button(self, text: str, *, checkable: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setCheckable(checkable)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 6, 8, 8)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._mark, 0, 0)
        grid.addWidget(self._name, 0, 1)
        grid.addWidget(self._clock, 0, 2)
        grid.addWidget(self._detail, 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 4, 0, 0)
        buttons.setSpacing(6)
        for button in (self.mute, self.hold, self.resume):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.hang_up)
        grid.addLayout(buttons, 2, 1, 1, 2)


class CallList(QWidget):
    """Rows that follow the calls of the view; a row lives as long as its call."""

    action = pyqtSignal(object)
    mute_toggled = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Current calls"))
        self.rows: dict[str, CallRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)

    def show_calls(self, calls: tuple[CallView, ...], *, muted: bool, locked: bool, now: float) -> None:
        """Show those of *calls* that the agent is part of; the others are the prompt's or merely counted."""
        shown = [call for call in calls if call.status in SHOWN]
        for call_id in self.rows.keys() - {call.id for call in shown}:
            self._remove(call_id)
        for call in shown:
            row = self.rows.get(call.id) or self._add(call.id)
            row.show_call(call, muted=muted, locked=locked)
            row.tick(now)
        self.setVisible(bool(shown))

    def tick(self, now: float) -> None:
        """Move every clock on."""
        for row in self.rows.values():
            row.tick(now)

    def _add(self, call_id: str) -> CallRow:
        row = CallRow(call_id)
        row.action.connect(self._pass_on)
        row.mute_toggled.connect(self.mute_toggled)
        self._layout.addWidget(row)
        self.rows[call_id] = row
        return row

    def _remove(self, call_id: str) -> None:
        row = self.rows.pop(call_id)
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _pass_on(self, action: Action) -> None:
        self.action.emit(action)
