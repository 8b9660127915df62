"""Try a call: what would happen to a call to this number, and why, by the rules real calls follow."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from softphone.model.profile import Route, Team, TrackingNumber, UserProfile
from softphone.policy.rule import explain
from softphone.policy.rule.call_waiting import Situation, Treatment
from softphone.ports import NumberPlan
from ui.shared import texts
from ui.shared.texts import tr
from ui.widgets.agent_picker import AgentPicker
from ui.widgets.explanation_view import ExplanationView


def situation_words() -> dict[Situation, str]:
    """What the agent is doing, as the end of “while the agent is …”."""
    return {
        Situation.FREE: tr("free"),
        Situation.ON_A_CALL: tr("on a call"),
        Situation.AWAY: tr("on do not disturb, in wrap-up or offline"),
    }


def treatment_words(treatment: Treatment) -> str:
    """What the caller gets."""
    return {
        Treatment.RING: tr("The call rings"),
        Treatment.CALL_WAITING: tr("Call waiting: the agent hears the beep and sees the prompt"),
        Treatment.QUEUE_SILENTLY: tr("The caller waits; the agent hears nothing and sees no prompt"),
        Treatment.NO_ANSWER_ROUTE: tr("The call goes to the no-answer route at once"),
        Treatment.BUSY: tr("The caller hears the busy signal (486)"),
        Treatment.UNAVAILABLE: tr("The caller hears that the agent is not available (480)"),
    }[treatment]


class TryACallPanel(QWidget):
    """Number, agent and situation in; the explanation out. It decides nothing: ``policy.explain`` does."""

    def __init__(self, numbers: NumberPlan) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Try a call"))
        self._numbers = numbers
        self._team = Team()
        self._lines: tuple[TrackingNumber, ...] = ()
        self._route: Route | None = None
        self._dialled: Callable[[], TrackingNumber | None] = self._entered
        self.number = QComboBox()
        self.number.setEditable(True)
        self.number.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        if (line := self.number.lineEdit()) is not None:
            line.setPlaceholderText(self.tr("any other number"))
        self.agent = AgentPicker()
        self.situation = QComboBox()
        for situation, words in situation_words().items():
            self.situation.addItem(words, situation)
        self.choose_situation(Situation.ON_A_CALL)
        self.result = ExplanationView()
        self._lay_out()
        self.number.editTextChanged.connect(self._explain)
        self.agent.login_changed.connect(self._explain)
        self.situation.currentIndexChanged.connect(self._explain)

    def show_user(self, user: UserProfile, team: Team) -> None:
        """Calls that reach *user*, whatever was dialled. *team* is the one the rules are to see."""
        self._form.setRowVisible(self.agent, False)
        self._take(team, lambda: self._offer_lines(user.login))
        self._explain()

    def show_number(self, number: TrackingNumber | None, team: Team) -> None:
        """Calls to *number*, None while it is none; its own agent is proposed whenever its route is another one."""
        self._form.setRowVisible(self.number, False)
        route_before, self._route = self._route, number.route if number else None
        self._dialled = lambda: number
        self._take(team, lambda: self._offer_agents(number if self._route != route_before else None))
        self._explain()

    def choose_number(self, e164: str) -> None:
        """Ask about this one."""
        row = self.number.findData(e164)
        self.number.setCurrentIndex(row)
        if row < 0:
            self.number.setEditText(self._shown(e164))

    def choose_situation(self, situation: Situation) -> None:
        """Ask about this one."""
        self.situation.setCurrentIndex(self.situation.findData(situation))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter after a number presses no button of the dialog around: trying is not saving."""
        if event is not None and event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for words, field in (
            (self.tr("A &call to"), self.number),
            (self.tr("that reaches &agent"), self.agent),
            (self.tr("&while the agent is"), self.situation),
        ):
            self._form.addRow(words, field)
            field.setAccessibleName(words.replace("&", ""))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(self._form)
        rows.addSpacing(self.fontMetrics().height() // 2)
        rows.addWidget(self.result)

    def _take(self, team: Team, fill: Callable[[], None]) -> None:
        """Have new rules to go by, and offer what *fill* offers without asking in between."""
        self._team = team
        for field in (self.number, self.agent):
            field.blockSignals(True)
        fill()
        for field in (self.number, self.agent):
            field.blockSignals(False)

    def _offer_lines(self, login: str) -> None:
        self.agent.choose(login)
        lines = self._team.direct_lines(login)
        if lines == self._lines and self.number.count():
            return
        self._lines = lines
        typed = self.number.currentText()
        self.number.clear()
        for line in lines:
            words = (self._shown(line.number), texts.plain(line.label))
            self.number.addItem(" · ".join(part for part in words if part), line.number)
        if typed:
            self.number.setEditText(typed)

    def _offer_agents(self, proposed_for: TrackingNumber | None) -> None:
        self.agent.set_agents(self._team.users)
        if proposed_for is None:
            return
        logins = [user.login for user in self._team.users]
        direct = next(filter(proposed_for.is_direct_line_of, logins), "")
        self.agent.choose(direct or self.agent.login() or next(iter(logins), ""))

    def _entered(self) -> TrackingNumber | None:
        text = self.number.currentText()
        row = self.number.findText(text, Qt.MatchFlag.MatchExactly)
        e164 = str(self.number.itemData(row)) if row >= 0 else self._numbers.to_e164(text)
        return self._team.tracking_number(e164)

    def _shown(self, e164: str) -> str:
        return texts.number(self._numbers.for_people(e164)) if e164 else ""

    def _explain(self) -> None:
        user = self._team.user(self.agent.login())
        self.result.setVisible(user is not None)
        if user is None:
            return
        situation = Situation(self.situation.currentData())
        answer = explain.try_a_call(self._dialled(), user, situation, self._team, self._shown)
        self.result.show_words(treatment_words(answer.treatment), answer.steps, answer.timeline)
