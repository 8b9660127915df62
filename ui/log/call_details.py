"""One line of the call log at length: what happened, why, and what would happen with today's settings."""

from __future__ import annotations

from PyQt6.QtCore import QDateTime, QLocale, Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from softphone.model.call_record import CallRecord, Direction
from softphone.model.profile import Team, UserProfile
from softphone.model.sip import NameAddr
from softphone.policy.rule import explain
from softphone.policy.rule.call_waiting import Situation
from softphone.policy.rule.log_explanation import did_not_ring, situation_of, timeline_of
from softphone.ports import NumberPlan
from ui.shared import texts
from ui.widgets.explanation_view import ExplanationView
from ui.widgets.labels import PlainLabel
from ui.widgets.sizes import open_at
from ui.widgets.try_a_call import TryACallPanel

WIDTH, HEIGHT = 64, 38  # letters and lines


class CallDetails(QDialog):
    """Answers “Why did it not ring?”; the call itself can no longer change."""

    def __init__(self, record: CallRecord, team: Team, numbers: NumberPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record, self._numbers = record, numbers
        self.now: TryACallPanel | None = None
        self.setWindowTitle(self.tr("Call details"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        self._rows = QVBoxLayout(content)
        agent = team.user(record.agent)
        self._rows.addLayout(self._facts(team))
        self._add(self.tr("Why did it not ring?") if did_not_ring(record) else self.tr("What happened"), self._why())
        if record.direction is Direction.INCOMING and agent is not None:
            self._add(self.tr("The same call with today's settings"), self._again(agent, team))
        self._rows.addStretch(1)
        self._lay_out(content)

    def _facts(self, team: Team) -> QFormLayout:
        record, form = self._record, QFormLayout()
        arrived = QDateTime.fromSecsSinceEpoch(int(record.arrived.timestamp()))
        number = (texts.plain(record.label), self._shown(record.tracking_number))
        other = self.tr("Caller") if record.direction is Direction.INCOMING else self.tr("Called")
        for label, text in (
            (other, self._other_side()),
            (self.tr("Dialled number"), " · ".join(part for part in number if part)),
            (self.tr("Agent"), _name(team, record.agent)),
            (self.tr("Picked up from"), _name(team, record.continues)),
            (self.tr("When"), QLocale().toString(arrived, QLocale.FormatType.LongFormat)),
            (self.tr("Outcome"), texts.outcome(record.outcome)),
            (self.tr("Held for anyone"), self.tr("yes") if record.held_for_anyone else ""),
            (self.tr("Picked up by"), _name(team, record.continued_by)),
        ):
            if text:
                words = PlainLabel(text)
                words.setWordWrap(True)
                words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                form.addRow(PlainLabel(label, faint=True), words)
        return form

    def _other_side(self) -> str:
        uri = self._record.remote_uri
        parts = (texts.plain(self._record.remote_name), self._shown(NameAddr.parse(uri).user or uri))
        return " · ".join(part for part in parts if part)

    def _shown(self, number: str) -> str:
        return texts.number(self._numbers.for_people(number)) if number else ""

    def _why(self) -> ExplanationView:
        self.explanation = ExplanationView()
        self.explanation.show_words("", explain.why(self._record, self._shown), timeline_of(self._record))
        return self.explanation

    def _again(self, agent: UserProfile, team: Team) -> TryACallPanel:
        self.now = panel = TryACallPanel(self._numbers)
        panel.show_user(agent, team)
        panel.choose_number(self._record.tracking_number)
        panel.choose_situation(situation_of(self._record) or Situation.FREE)
        return panel

    def _add(self, title: str, widget: QWidget) -> None:
        self._rows.addSpacing(self.fontMetrics().height() // 2)
        self._rows.addWidget(PlainLabel(title, scale=1.2, bold=True))
        self._rows.addWidget(widget)

    def _lay_out(self, content: QWidget) -> None:
        area = QScrollArea()
        area.setAccessibleName(self.windowTitle())  # it has the keyboard: arrow keys scroll what can only be read
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(area)
        rows.addWidget(self.buttons)
        open_at(self, WIDTH, HEIGHT)


def _name(team: Team, login: str) -> str:
    """What people call the agent of *login*."""
    user = team.user(login)
    return texts.plain((user.name if user else "") or login)
