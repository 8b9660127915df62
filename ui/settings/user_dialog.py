"""Edit user: General, Agent Contact with its Call Waiting switch, Direct Lines, Access."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import replace

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QComboBox, QFormLayout, QListWidget, QVBoxLayout, QWidget

from softphone.errors import GoneError
from softphone.model.options import declared
from softphone.model.profile import Role, UserProfile
from softphone.model.sip import tidy_address
from softphone.policy.admin.advice import Advice, advice_for_user
from softphone.policy.admin.checks import check_user
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.shared.texts import number, plain
from ui.widgets.edit_dialog import EditDialog
from ui.widgets.fields import check_box, text_field
from ui.widgets.labels import PlainLabel

LINES_SHOWN = 5


class UserDialog(EditDialog[UserProfile]):
    """One user; *login* is empty for a new one, who may start out *like* another."""

    def __init__(
        self, core: CorePort, background: Background, login: str, parent: QWidget, *, like: UserProfile | None = None
    ) -> None:
        user = core.team.team.user(login) if login else UserProfile("")
        if user is None:
            raise GoneError(_tr("The user “{login}” was deleted meanwhile.").format(login=login))
        super().__init__(_title(user, like), background, parent)
        self._core, self._login = core, login
        self._rest = like or user
        self._make_controls()
        for title, section in (
            (self.tr("General"), self._general()),
            (self.tr("Agent Contact"), self._agent_contact()),
            (self.tr("Direct Lines"), self._direct_lines()),
            (self.tr("Access"), self._access()),
        ):
            self.sections.add_section(title, section)
        self.show_value(user)
        self.begin()
        if like is not None:
            self.show_value(replace(like, login="", sip_uri=""))
        (self.name if login else self.login).setFocus()

    def value(self) -> UserProfile:
        """The user as entered; the queue settings are edited elsewhere."""
        return replace(
            self._rest,
            login=self.login.text().strip(),
            name=self.name.text().strip(),
            sip_uri=tidy_address(self.sip_uri.text()),
            role=Role(self.role.currentData()),
            call_waiting=self.call_waiting.isChecked(),
        )

    def show_value(self, value: UserProfile) -> None:
        """Enter *value*."""
        self._rest = value
        self.login.setText(value.login)
        self.name.setText(value.name)
        self.sip_uri.setText(value.sip_uri)
        self.role.setCurrentIndex(self.role.findData(str(value.role)))
        self.call_waiting.setChecked(value.call_waiting)

    def stored(self) -> UserProfile | None:
        """The user as saved."""
        return self._core.team.team.user(self._key())

    def revision(self) -> int:
        """The user's; a new one has none."""
        return self._core.team.user_revision(self._key())

    def problems(self) -> Mapping[str, str]:
        """What the policy says is wrong."""
        return check_user(self.value(), self._core.team.team, self._login)

    def advice(self) -> Iterable[Advice]:
        """What the policy says is worth knowing."""
        return advice_for_user(self.value(), self._core.team.team)

    def save(self, value: UserProfile, based_on: int) -> Coroutine[object, object, object]:
        """Put the user into the team."""
        return self._core.team.put_user(value, based_on=based_on)

    def _help(self, name: str) -> str:
        return self.tr(declared(UserProfile, name).help)

    def _key(self) -> str:
        return self._login or self.login.text().strip()

    def _make_controls(self) -> None:
        self.login, self.name = text_field(), text_field()
        self.login.setReadOnly(bool(self._login))
        self.sip_uri = text_field(placeholder="sip:name@example.com")
        self.call_waiting = check_box(self.tr("Call &Waiting"), checked=False)
        self.role = QComboBox()
        for role, words in ((Role.AGENT, self.tr("Agent")), (Role.ADMIN, self.tr("Admin"))):
            self.role.addItem(words, str(role))
        self.lines = QListWidget()
        self.lines.setAccessibleName(self.tr("Direct lines"))

    def _general(self) -> QWidget:
        section, form = _form()
        self.add_field(form, "name", self.tr("&Name"), self.name)
        self.add_field(form, "login", self.tr("&Login"), self.login)
        self.add_field(form, "sip_uri", self.tr("SIP &address"), self.sip_uri, self._help("sip_uri"))
        return section

    def _agent_contact(self) -> QWidget:
        section, form = _form()
        self.add_field(form, "call_waiting", "", self.call_waiting, self._help("call_waiting"))
        return section

    def _direct_lines(self) -> QWidget:
        section = QWidget()
        rows = QVBoxLayout(section)
        rows.setContentsMargins(0, 0, 0, 0)
        lines = self._core.team.team.direct_lines(self._login) if self._login else ()
        for line in lines:
            words = (number(self._core.numbers.for_people(line.number)), plain(line.label))
            self.lines.addItem("  ".join(part for part in words if part))
        self.lines.setVisible(bool(lines))
        self.lines.setFixedHeight(self.fontMetrics().height() * 2 * min(LINES_SHOWN, max(1, len(lines))))
        rows.addWidget(self.lines)
        if not lines:
            rows.addWidget(_hint(self.tr("No tracking number leads straight to this user.")))
        rows.addWidget(_hint(self.tr("Direct lines are assigned under Tracking Numbers.")))
        return section

    def _access(self) -> QWidget:
        section, form = _form()
        self.add_field(form, "role", self.tr("&Role"), self.role, self._help("role"))
        return section


def _tr(text: str) -> str:
    return QCoreApplication.translate("UserDialog", text)


def _title(user: UserProfile, like: UserProfile | None) -> str:
    if like is not None:
        return _tr("Duplicate {name}").format(name=plain(like.name) or like.login)
    return _tr("Edit {name}").format(name=plain(user.name) or user.login) if user.login else _tr("New user")


def _form() -> tuple[QWidget, QFormLayout]:
    section = QWidget()
    form = QFormLayout(section)
    form.setContentsMargins(0, 0, 0, 0)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    return section, form


def _hint(text: str) -> PlainLabel:
    label = PlainLabel(text, faint=True)
    label.wrap()
    return label
