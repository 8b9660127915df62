"""User Queue: how long a caller of one agent rings, and what happens to a caller nobody answers."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import replace

from PyQt6.QtWidgets import QFormLayout, QSizePolicy, QVBoxLayout, QWidget

from softphone.errors import GoneError
from softphone.model.options import declared
from softphone.model.profile import UserProfile, UserQueue
from softphone.policy.admin.advice import Advice, advice_for_user
from softphone.policy.admin.checks import check_user
from ui.settings.no_answer_fields import RouteChoice, RouteTarget
from ui.shared import texts
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.widgets.edit_dialog import EditDialog
from ui.widgets.fields import check_box, spin_box
from ui.widgets.labels import PlainLabel
from ui.widgets.try_a_call import TryACallPanel

MOST_SECONDS = 99_999  # more than is allowed: what is wrong can be typed, and is told
STEP_SECONDS = 5


class UserQueueDialog(EditDialog[UserQueue]):
    """Edits the queue settings and leaves the rest of the user as it is saved, whoever has saved it."""

    def __init__(self, core: CorePort, background: Background, login: str, parent: QWidget | None = None) -> None:
        user = core.team.team.user(login)
        if user is None:
            raise GoneError(self.tr("The user “{login}” was deleted meanwhile.").format(login=login))
        super().__init__(
            self.tr("User Queue – {name}").format(name=texts.plain(user.name) or login), background, parent
        )
        self._core, self._opened_with = core, user
        self._make_controls(user)
        self.sections.add_section(self.tr("Ringing"), self._ringing())
        self.sections.add_section(self.tr("No Answer"), self._no_answer())
        self.sections.add_section(self.tr("Try a call"), self.try_a_call)
        self.show_value(user.queue)
        self.begin()

    def value(self) -> UserQueue:
        """The queue settings as entered."""
        route = self.route.value()
        return UserQueue(self.bypass.isChecked(), self.ring_seconds.value(), route, self.target.value(route))

    def show_value(self, value: UserQueue) -> None:
        """Enter *value*."""
        self.bypass.setChecked(value.bypass_if_no_agents)
        self.ring_seconds.setValue(value.ring_seconds)
        self.target.show_value(value.no_answer, value.no_answer_target)
        self.route.show_value(value.no_answer)

    def stored(self) -> UserQueue | None:
        """The queue settings as saved."""
        user = self._core.team.team.user(self._opened_with.login)
        return user.queue if user else None

    def revision(self) -> int:
        """The user's."""
        return self._core.team.user_revision(self._opened_with.login)

    def problems(self) -> Mapping[str, str]:
        """Of the agent these settings would make."""
        user = self._edited()
        return check_user(user, self._core.team.team, user.login)

    def advice(self) -> Iterable[Advice]:
        """About the same agent."""
        return advice_for_user(self._edited(), self._core.team.team)

    def save(self, value: UserQueue, based_on: int) -> Coroutine[object, object, object]:
        """Put the user back with these queue settings."""
        return self._core.team.put_user(replace(self._user(), queue=value), based_on=based_on)

    def refresh(self) -> None:
        """Show what belongs to the chosen route, and try the call again."""
        self._form.setRowVisible(self.note("no_answer_target"), self.target.show_route(self.route.value()))
        super().refresh()
        user = self._edited()
        self.try_a_call.show_user(user, self._core.team.team.with_user(user))

    def _user(self) -> UserProfile:
        """The rest of the user as it is saved now; one who was deleted meanwhile, as it was."""
        return self._core.team.team.user(self._opened_with.login) or self._opened_with

    def _edited(self) -> UserProfile:
        return replace(self._user(), queue=self.value())

    def _make_controls(self, user: UserProfile) -> None:
        self.bypass = check_box("&" + self.tr(declared(UserQueue, "bypass_if_no_agents").label), checked=True)
        self.ring_seconds = spin_box(0, 0, MOST_SECONDS, self.tr(" s"))
        self.ring_seconds.setSingleStep(STEP_SECONDS)
        self.ring_seconds.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.route = RouteChoice()
        self.target = RouteTarget(self._core.team.team.users, user.login)
        self.try_a_call = TryACallPanel(self._core.numbers)

    def _ringing(self) -> QWidget:
        """What rings here; it is changed elsewhere."""
        user, team = self._opened_with, self._core.team.team
        waiting = self.tr("on") if user.call_waiting else self.tr("off")
        self.call_waiting = PlainLabel(self.tr("{state} (Edit user, Agent Contact)").format(state=waiting))
        self.call_waiting.setMinimumHeight(self.ring_seconds.sizeHint().height())  # in line with what stands before it
        lines = [texts.number(self._core.numbers.for_people(line.number)) for line in team.direct_lines(user.login)]
        self.direct_lines = PlainLabel("\n".join(lines) or self.tr("none"))
        section, form = _section(self.tr("Calls to a direct line ring here, or wait until the agent can take them."))
        form.addRow(self.tr("Direct lines"), self.direct_lines)
        self.add_field(form, "call_waiting", self.tr("Call Waiting"), self.call_waiting)
        return section

    def _no_answer(self) -> QWidget:
        section, self._form = _section(self.tr(declared(UserQueue, "no_answer").help) + ".")
        self.add_field(self._form, "bypass_if_no_agents", "", self.bypass)
        self._form.addRow(_hint(self.tr(declared(UserQueue, "bypass_if_no_agents").help) + "."))
        for name, mnemonic, control in (
            ("ring_seconds", self.tr("&Ring time"), self.ring_seconds),
            ("no_answer", self.tr("No answer"), self.route),
            ("no_answer_target", self.tr("Route &to"), self.target),
        ):
            self.add_field(self._form, name, mnemonic, control)
        return section


def _section(hint: str) -> tuple[QWidget, QFormLayout]:
    """A form under a sentence."""
    section, form = QWidget(), QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    rows = QVBoxLayout(section)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.addWidget(_hint(hint))
    rows.addLayout(form)
    return section, form


def _hint(text: str) -> PlainLabel:
    words = PlainLabel(text, faint=True)
    words.setWordWrap(True)
    return words
