"""The users as rows: who has call waiting, the link to the user queue, the direct lines."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PyQt6.QtCore import QCoreApplication, QObject

from softphone.model.options import declared
from softphone.model.profile import Team, UserProfile
from softphone.ports import NumberPlan
from ui.shared.texts import number, plain
from ui.widgets.records_model import RecordsModel, Row, natural


class Column(IntEnum):
    """The columns, from the side where reading starts."""

    NAME = 0
    LOGIN = 1
    SIP_ADDRESS = 2
    CALL_WAITING = 3
    AGENT_QUEUE = 4
    DIRECT_LINES = 5


class UsersTable(RecordsModel[UserProfile]):
    """What is shown of users."""

    def __init__(self, numbers: NumberPlan, parent: QObject | None = None) -> None:
        declared_ones = (declared(UserProfile, name).label for name in ("name", "login", "sip_uri", "call_waiting"))
        super().__init__((*map(_tr, declared_ones), _tr("Agent Queue"), _tr("Direct lines")), parent)
        self._numbers = numbers

    def show_team(self, team: Team) -> None:
        """Show the users of this team."""
        self.show_rows(_row(user, team) for user in team.users)

    def words(self, row: Row[UserProfile], column: int) -> str:
        """What is read in a cell."""
        user = row.record
        if column == Column.NAME:
            return plain(user.name)
        if column == Column.LOGIN:
            return plain(user.login)
        if column == Column.SIP_ADDRESS:
            return number(user.sip_uri)
        if column == Column.CALL_WAITING:
            return _tr("Yes") if user.call_waiting else _tr("No")
        if column == Column.AGENT_QUEUE:
            return _tr("User Queue")
        return ", ".join(number(self._numbers.for_people(line)) for line in row.numbers)

    def spoken(self, row: Row[UserProfile], column: int) -> str:
        """The links are told apart."""
        if column == Column.AGENT_QUEUE:
            return _tr("User Queue of {name}").format(name=plain(row.record.name) or plain(row.record.login))
        return super().spoken(row, column)

    def key(self, row: Row[UserProfile], column: int) -> Any:
        """Nameless users stand by their logins, as all do in the column of links."""
        user = row.record
        if column == Column.CALL_WAITING:
            return user.call_waiting
        if column == Column.DIRECT_LINES:
            return row.numbers
        if column == Column.NAME:
            return natural(user.name or user.login)
        return natural(user.sip_uri if column == Column.SIP_ADDRESS else user.login)


def _row(user: UserProfile, team: Team) -> Row[UserProfile]:
    lines = team.direct_lines(user.login)
    numbers, labels = tuple(line.number for line in lines), (line.label for line in lines)
    searched = "\n".join((user.name, user.login, user.sip_uri, *numbers, *labels)).casefold()
    return Row(user, user.login, searched, numbers)


def _tr(text: str) -> str:
    return QCoreApplication.translate("users", text)
