"""The current calls, one row each, with what can be done to them."""

from __future__ import annotations

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QGridLayout, QPushButton

from softphone.model.actions import Action, RequestHangUp, RequestHold, RequestHoldForAnyone, RequestResume
from softphone.model.view import CallStatus, CallView
from ui.shared import texts
from ui.widgets.banner import Banner
from ui.widgets.call_status_icon import CallStatusIcon
from ui.widgets.fitting_scroll import FittingScroll
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.labels import ElidedLabel, PlainLabel
from ui.widgets.status_icon import StatusKind

SHOWN = frozenset(CallStatus) - {CallStatus.QUEUED, CallStatus.WAITING, CallStatus.RINGING}
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
        self.hold = self._button(RequestHold(call_id))
        self.anyone = self._button(RequestHoldForAnyone(call_id))
        self.resume = self._button(RequestResume(call_id))
        self.transfer = self._button()
        self.transfer.clicked.connect(lambda: self.transfer_wanted.emit(call_id))
        self.hang_up = self._button(RequestHangUp(call_id))
        self._lay_out()

    def show_call(self, call: CallView, *, muted: bool, locked: bool) -> None:
        """Show *call*; *locked* while the prompt is up, when only mute is left to do here."""
        self._call = call
        name = texts.caller(call.remote)
        self._icon.set_status(call.status)
        self._name.setText(name)
        self._detail.setText(" · ".join(part for part in self._details(call) if part))
        self._detail.setToolTip(texts.tool_tip(self._detail.text()))
        self.setAccessibleName(f"{name}, {texts.call_status(call)}")
        active, held = call.status is CallStatus.ACTIVE, call.status is CallStatus.HELD
        self.mute.setChecked(muted)
        for button, shown in (
            (self.mute, active),
            (self.hold, active),
            (self.anyone, active or (held and not call.held_for_anyone)),
            (self.resume, held),
            (self.transfer, active or held),
        ):
            button.setVisible(shown)
            button.setEnabled(button is self.mute or not (locked or call.claimed_by))
        self.hang_up.setEnabled(call.status is not CallStatus.ENDING and not locked)
        self._name_buttons(name, active=active, muted=muted)

    def tick(self, now: float) -> None:
        """Move the clock on."""
        if self._call is not None:
            seconds = now - self._call.since
            self._clock.setText(texts.clock(seconds))
            self.banner.set_text(self._concern(self._call, seconds))

    def _details(self, call: CallView) -> tuple[str, ...]:
        came = self.tr("picked up from {name}").format(name=texts.plain(call.continues)) if call.continues else ""
        status = "" if self._concern(call, 0) else texts.call_status(call)
        return texts.caller_number(call.remote), status, texts.plain(call.label), came

    def _concern(self, call: CallView, seconds: float) -> str:
        """What the agent should not overlook; it gets room of its own."""
        if call.status is CallStatus.BRIDGED or call.claimed_by:
            return texts.call_status(call)
        return texts.nobody_picks_up(seconds) if call.recall else ""

    def _name_buttons(self, name: str, *, active: bool, muted: bool) -> None:
        """What they say, and what a screen reader says, which also tells one row from the other."""
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

    def _button(self, action: Action | None = None) -> QPushButton:
        button = QPushButton(self)
        button.setAutoDefault(False)
        if action is not None:
            button.clicked.connect(lambda: self.action.emit(action))
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
        self._active = ""

    def show_calls(self, calls: tuple[CallView, ...], *, muted: bool, locked: bool, now: float) -> None:
        """Show those of *calls* that the agent is part of; the others are the prompt's or merely counted."""
        shown = [call for call in calls if call.status in SHOWN]
        for call_id in self.rows.keys() - {call.id for call in shown}:
            self.take_out(self.rows.pop(call_id))
        for call in shown:
            row = self.rows.get(call.id) or self._add(call.id)
            row.show_call(call, muted=muted, locked=locked)
            row.tick(now)
        self.setVisible(bool(shown))
        self.fit()
        active = next((call.id for call in shown if call.status is CallStatus.ACTIVE), "")
        if active != self._active:
            self._active = active
            QTimer.singleShot(0, self._reveal)  # once the rows have their places

    def _reveal(self) -> None:
        """Whom one talks to must not be scrolled away."""
        if row := self.rows.get(self._active):
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
