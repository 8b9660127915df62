"""The provisioning file of ``softphone settings import|export``: read as a whole or refused as a whole.

Every table of model.settings, the users with their queue settings and the tracking numbers. The
passwords of account and database go to the keyring and are never written back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from softphone.config.declarations import Declaration, declarations
from softphone.config.findings import Findings, Problem
from softphone.config.number_plan import PhoneNumberPlan
from softphone.config.provisioned_team import check_numbers, check_users, read_numbers, read_users
from softphone.config.provisioning_export import write_provisioning
from softphone.config.settings_tables import TABLES, Changes, apply, read_table
from softphone.errors import UserFacingError, file_problem
from softphone.model.profile import Team, TrackingNumber, UserProfile
from softphone.model.settings import NumberSettings, Settings
from softphone.policy.admin.checks import unknown_user

__all__ = ["Problem", "Provisioning", "ProvisioningError", "read_provisioning", "write_provisioning"]

_TEAM_TABLES = ("users", "tracking_numbers")
_PASSWORD = "password"  # noqa: S105 - the name of the key
_SECRETIVE = ("account", "database")  # the tables that have it


class ProvisioningError(UserFacingError):
    """A file with mistakes: all of them, one a line, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Provisioning:
    """What a file asks for: *changes* to the settings by table and key, passwords or None, users and numbers."""

    changes: Changes
    password: str | None = field(repr=False)
    users: tuple[UserProfile, ...]
    tracking_numbers: tuple[TrackingNumber, ...]
    database_password: str | None = field(default=None, repr=False)

    @property
    def team(self) -> Team:
        """Users and numbers, as TeamStore.put_team takes them."""
        return Team(self.users, self.tracking_numbers)

    @property
    def brings_team(self) -> bool:
        """Whether there are users or numbers in it."""
        return bool(self.users or self.tracking_numbers)

    def apply_to(self, settings: Settings) -> Settings:
        """*settings* with what the file says put in; the rest stays."""
        return apply(settings, self.changes)


def read_provisioning(source: Path | str, existing: Team | None = None) -> Provisioning:
    """Read a file, or TOML text. References to users may be to those in the file and to those of *existing*.

    Raises ProvisioningError with every mistake, UserFacingError when the file cannot be read.
    """
    findings = Findings(_text(source) if isinstance(source, Path) else source)
    result = _FileReader(findings, existing or Team()).read(findings.document())
    if findings.problems:
        raise ProvisioningError(findings.problems)
    return result


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserFacingError(f"{path} cannot be read: {file_problem(error)}.") from error
    except UnicodeDecodeError as error:
        raise UserFacingError(f"{path} cannot be read: it is not UTF-8 text.") from error


class _FileReader:
    """One reading of one document."""

    def __init__(self, findings: Findings, existing: Team) -> None:
        self._findings = findings
        self._logins = {user.login for user in existing.users}

    def read(self, document: Mapping[str, object]) -> Provisioning:
        """Everything that is right; the rest is in the findings."""
        tables = self._findings.table((), dict(document), (*TABLES, *_TEAM_TABLES))
        changes = {name: self._settings(name, value) for name, value in tables.items() if name in TABLES}
        users = read_users(self._findings, tables)
        numbers = read_numbers(self._findings, tables, self._plan(changes))
        self._logins.update(user.login for _, user in users if user.login)
        check_users(self._findings, users, self._logins)
        check_numbers(self._findings, numbers, self._logins)
        self._check_agent(changes)
        everybody, every_number = tuple(user for _, user in users), tuple(number for _, number in numbers)
        account, database = (self._password(table, tables.get(table)) for table in _SECRETIVE)
        return Provisioning(changes, account, everybody, every_number, database)

    def _settings(self, table: str, value: object) -> Mapping[str, object]:
        secret = (_PASSWORD,) if table in _SECRETIVE else ()
        values = self._findings.table((table,), value, (*declarations(TABLES[table]), *secret))
        return read_table(self._findings, table, values)

    def _plan(self, changes: Changes) -> PhoneNumberPlan:
        region = changes.get("numbers", {}).get("default_region", NumberSettings().default_region)
        return PhoneNumberPlan(str(region))

    def _check_agent(self, changes: Changes) -> None:
        """A login nobody has is a mistake as soon as there is anybody."""
        login = str(changes.get("agent", {}).get("login", ""))
        if login and self._logins and login not in self._logins:
            self._findings.add(("agent", "login"), unknown_user(login, self._logins))

    def _password(self, table: str, values: object) -> str | None:
        if not isinstance(values, dict) or _PASSWORD not in values:
            return None
        try:
            return str(Declaration(str).read(values[_PASSWORD]))
        except ValueError as error:
            self._findings.add((table, _PASSWORD), str(error))
            return None
