"""The current calls, one row each, with what can be done to them."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QGridLayout, QPushButton

from softphone.model.actions import (
    Action,
    DeclineTo,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
    RequestTransfer,
)
from softphone.model.view import CallView, SessionView
from ui.shared import texts
from ui.widgets.banner import Banner
from ui.widgets.call_status_icon import CallStatusIcon
from ui.widgets.fitting_scroll import FittingScroll
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import ElidedLabel, PlainLabel
from ui.widgets.status_icon import StatusKind

Can = Callable[[Action], bool]
"""Whether an action is possible now, as the session says."""
LEAST_LINES = 7  # of the current calls are seen, however low the window is
SCREEN_SHARE = 0.3  # of the screen's height they may take before they are scrolled


class CallRow(QFrame):
    """One call."""

    action = pyqtSignal(object)
    mute_toggled = pyqtSignal(bool)
    transfer_wanted = pyqtSignal(str)

    def __init__(self, call_id: str) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.call_id = call_id
        self._call: CallView | None = None
        self._icon = CallStatusIcon()
        self._name = ElidedLabel(bold=True)
        self._clock = PlainLabel(bold=True)
        self._detail = ElidedLabel(faint=True)
        self.banner = Banner(StatusKind.PAUSED)
        self.mute = self._button()
        self.mute.setCheckable(True)
        self.mute.clicked.connect(self.mute_toggled)
        self.hold, self.anyone, self.resume = self._button(), self._button(), self._button()
        self.transfer, self.hang_up = self._button(), self._button()
        self._actions: dict[QPushButton, Action] = {
            self.hold: RequestHold(call_id),
            self.anyone: RequestHoldForAnyone(call_id),
            self.resume: RequestResume(call_id),
            self.transfer: RequestTransfer(call_id),
            self.hang_up: RequestHangUp(call_id),
        }
        self._shown: set[QPushButton] = set()
        for button, action in self._actions.items():
            button.clicked.connect(lambda _checked, action=action: self._want(action))
        self._lay_out()

    def show_call(self, call: CallView, can: Can, *, muted: bool, locked: bool) -> None:
        """Show *call* and what can be done with it; *locked* while the prompt is up, when only mute is left here."""
        self._call = call
        name = texts.caller(call.remote)
        self._icon.set_status(call.status)
        self._name.setText(name)
        self._detail.setText(" · ".join(part for part in self._details(call) if part))
        self._detail.setToolTip(texts.tool_tip(self._detail.text()))
        self.setAccessibleName(f"{name}, {texts.call_status(call)}")
        possible = {button for button, action in self._actions.items() if can(action)}
        self._choose_buttons(possible)
        for button in self._actions:
            button.setEnabled(button in possible and not locked)
        self.mute.setChecked(muted)
        self._name_buttons(name, muted=muted)

    def _choose_buttons(self, possible: set[QPushButton]) -> None:
        """Those of what is possible. While a change is under way they stay: no click lands on what took their place."""
        if possible - {self.hang_up} or not self._shown:
            self._shown = possible | {self.hang_up}
            if self.hold in possible:
                self._shown.add(self.mute)
        for button in (self.mute, *self._actions):
            button.setVisible(button in self._shown)

    def tick(self, now: float) -> None:
        """Move the clock on."""
        if self._call is not None:
            seconds = now - self._call.since
            self._clock.setText(texts.clock(seconds))
            self.banner.set_text(texts.concern(self._call, seconds))

    def _details(self, call: CallView) -> tuple[str, ...]:
        came = self.tr("picked up from {name}").format(name=texts.plain(call.continues)) if call.continues else ""
        status = "" if texts.concern(call, 0) else texts.call_status(call)
        return texts.caller_number(call.remote), status, texts.plain(call.label), came

    def _name_buttons(self, name: str, *, muted: bool) -> None:
        """What they say, and what a screen reader says, which also tells one row from the other."""
        active = self.mute in self._shown
        self.mute.setText(self.tr("Muted") if muted else self.tr("Mute"))
        self.mute.setAccessibleName(self.tr("Mute the microphone"))
        for button, text, spoken in (
            (self.hold, self.tr("&Hold"), self.tr("Hold {name}")),
            (self.anyone, self.tr("Hold for &anyone"), self.tr("Hold {name} for anyone"))
            if active
            else (self.anyone, self.tr("Release &for anyone"), self.tr("Release {name} for anyone")),
            (self.resume, self.tr("Resume"), self.tr("Resume {name}")),
            (self.transfer, self.tr("T&ransfer…") if active else self.tr("Transfer…"), self.tr("Transfer {name}")),
            (self.hang_up, self.tr("Hang up"), self.tr("Hang up {name}")),
        ):
            button.setText(text)
            button.setAccessibleName(spoken.format(name=name))

    def _want(self, action: Action) -> None:
        """Where a transfer is to go has still to be asked."""
        if isinstance(action, RequestTransfer):
            self.transfer_wanted.emit(action.call)
        else:
            self.action.emit(action)

    def _button(self) -> QPushButton:
        button = QPushButton(self)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 6, 8, 8)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._icon, 0, 0)
        grid.addWidget(self._name, 0, 1)
        grid.addWidget(self._clock, 0, 2)
        grid.addWidget(self._detail, 1, 1, 1, 2)
        grid.addWidget(self.banner, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        buttons = FlowLayout()
        for button in (self.mute, self.hold, self.anyone, self.resume, self.transfer, self.hang_up):
            buttons.addWidget(button)
        grid.setRowMinimumHeight(3, 4)
        grid.addLayout(buttons, 4, 0, 1, 3)


class CallList(FittingScroll):
    """Rows that follow the calls of the view; a row lives as long as its call."""

    action = pyqtSignal(object)
    mute_toggled = pyqtSignal(bool)
    transfer_wanted = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__(self.tr("Current calls"), LEAST_LINES, SCREEN_SHARE)
        self.rows: dict[str, CallRow] = {}
        self._current = ""

    def show_calls(self, view: SessionView, *, locked: bool, now: float) -> None:
        """Show the calls the agent is part of. Whoever can still be declined is the prompt's, or merely counted."""
        shown = [call for call in view.calls if not view.can(DeclineTo(call.id))]
        for call_id in self.rows.keys() - {call.id for call in shown}:
            self.take_out(self.rows.pop(call_id))
        for call in shown:
            row = self.rows.get(call.id) or self._add(call.id)
            row.show_call(call, view.can, muted=view.muted, locked=locked)
            row.tick(now)
        self.setVisible(bool(shown))
        self.fit()
        current = view.current.id if view.current is not None else ""
        if current != self._current:
            self._current = current
            QTimer.singleShot(0, self._reveal)  # once the rows have their places

    def _reveal(self) -> None:
        """Whom one talks to must not be scrolled away."""
        if row := self.rows.get(self._current):
            self.ensureWidgetVisible(row)

    def tick(self, now: float) -> None:
        """Move every clock on."""
        for row in self.rows.values():
            row.tick(now)

    def _add(self, call_id: str) -> CallRow:
        row = CallRow(call_id)
        row.action.connect(self.action)
        row.mute_toggled.connect(self.mute_toggled)
        row.transfer_wanted.connect(self.transfer_wanted)
        self.rows_layout.addWidget(row)
        self.rows[call_id] = row
        return row
