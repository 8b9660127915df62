"""Settings → General → Database, by real clicks, against a real PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit, QSpinBox, QTreeWidgetItem

from softphone.model.database_move import DatabaseTrial, MoveProgress, MoveStep
from softphone.model.profile import Role, Team, UserProfile
from softphone.model.settings import AgentSettings, DatabaseSettings, Settings
from softphone.storage import DatabaseTeamStore, open_database
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.migrations.upgrade import upgrade
from softphone.storage.moving.move import DatabaseSwitch
from tests.fakes.phone import FakeCore, FakeDatabases, FakePhone, FakeSettingsStore
from tests.fakes.team_store import FakeTeamStore
from tests.lab.postgres import OWNER, PASSWORD, PostgresDatabase
from tests.ui.conftest import until
from tests.ui.items import top_items_of
from tests.ui.settings.dialogs import click, closed, opened
from tests.ui.settings.pages import control, press_save, type_into, with_page
from tests.unit.storage.moving.busy_month import a_team, fill
from ui.settings.database_move import DatabaseMoveDialog
from ui.settings.general_page import GeneralPage
from ui.shared.texts import plain

ADMIN, AGENT = UserProfile("admin1", "Admin One", role=Role.ADMIN), UserProfile("agent1", "Agent One")
CALLS = 500
TEAM = a_team(9, 14)


def core_with(phone: FakePhone, login: str = "admin1", url: str = "sqlite", **more) -> FakeCore:
    settings = Settings(agent=AgentSettings(login), database=DatabaseSettings(url))
    team = FakeTeamStore(ADMIN, AGENT)
    return FakeCore(session=phone, team=team, settings_store=FakeSettingsStore(settings), **more)


def choose(field, value: str) -> None:
    field.control.setCurrentIndex(field.control.findData(value))


def enter(page: GeneralPage, postgres: PostgresDatabase, password: str = PASSWORD, user: str = OWNER) -> None:
    """What a person types."""
    fields = page.database.fields
    choose(fields.kind, "postgresql")
    type_into(fields.host, "127.0.0.1")
    control(fields.port, QSpinBox).setValue(postgres.server.port)
    type_into(fields.name, postgres.name)
    type_into(fields.user, user)
    type_into(fields.password, password)


async def press_test(page: GeneralPage) -> str:
    test = page.database.test
    click(test.button)
    await until(test.button.isEnabled)
    return test.good.text or test.bad.text


# The fields.


def test_a_file_has_no_host_and_a_team_has(run, phone):
    async def script(page: GeneralPage) -> None:
        fields = page.database.fields
        assert not fields.host.control.isVisibleTo(page)
        choose(fields.kind, "postgresql")
        assert fields.host.control.isVisibleTo(page)
        assert "Names no host" in fields.host.control.accessibleDescription()
        assert not page.save_button.isEnabled()
        assert not page.database.test.button.isEnabled()

    with_page(run, core_with(phone), GeneralPage, script)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example.com/team",
        "postgresql://agent1@db.example.com:5433/team?sslmode=verify-ca",
        "postgresql:///team?host=/run/postgresql",
        "postgresql://[2001:db8::1]/te%20am?sslmode=require",
        "sqlite",
    ],
)
def test_an_address_stays_as_it_was_written_until_it_is_changed(run, phone, url):
    async def script(page: GeneralPage) -> None:
        fields = page.database.fields
        assert (fields.url(), page.changed) == (url, False)
        if url != "sqlite":
            type_into(fields.name, "other")
            assert fields.url() != url
            assert page.changed and not page.problems()

    with_page(run, core_with(phone, url=url), GeneralPage, script)


def test_what_is_typed_becomes_the_address(run, phone):
    async def script(page: GeneralPage) -> None:
        fields = page.database.fields
        choose(fields.kind, "postgresql")
        type_into(fields.host, "db.example.com")
        type_into(fields.name, "team")
        assert control(fields.user, QLineEdit).placeholderText() == "admin1"
        assert fields.url() == "postgresql://db.example.com:5432/team"
        type_into(fields.user, "ad min")
        choose(fields.tls, "require")
        assert fields.url() == "postgresql://ad%20min@db.example.com:5432/team?sslmode=require"
        type_into(fields.host, "/run/postgresql")
        assert fields.url().endswith("/team?sslmode=require&host=%2Frun%2Fpostgresql")
        assert not page.problems()

    with_page(run, core_with(phone), GeneralPage, script)


@pytest.mark.parametrize(("login", "may"), [("admin1", True), ("agent1", False), ("", False)])
def test_only_admins_choose_the_database(run, phone, login, may):
    async def script(page: GeneralPage) -> None:
        section = page.database
        assert section.fields.kind.control.isEnabled() == may
        assert bool(section.locked.text) != may
        assert section.test.isEnabled() == may

    with_page(run, core_with(phone, login), GeneralPage, script)


def test_where_nobody_is_an_admin_everybody_chooses_the_database(run, phone):
    core = replace(core_with(phone, ""), team=FakeTeamStore(AGENT))

    async def script(page: GeneralPage) -> None:
        assert page.database.fields.kind.control.isEnabled()

    with_page(run, core, GeneralPage, script)


def databases_of(core: FakeCore) -> FakeDatabases:
    assert isinstance(core.databases, FakeDatabases)
    return core.databases


def test_what_does_not_work_is_not_saved(run, phone):
    core = core_with(phone)
    databases_of(core).result = DatabaseTrial(False, "The database is not there.")

    async def script(page: GeneralPage) -> None:
        choose(page.database.fields.kind, "postgresql")
        type_into(page.database.fields.host, "db.example.com")
        type_into(page.database.fields.password, "secret")
        assert await press_save(page) == "Not saved. The database is not there."
        assert page.save_button.isEnabled()

    with_page(run, core, GeneralPage, script)
    assert core.settings_store.settings.database == DatabaseSettings()
    assert core.secrets.passwords == {}


def test_a_new_database_is_saved_and_wants_a_new_start(run, phone):
    core = core_with(phone)

    async def script(page: GeneralPage) -> None:
        wanted: list[bool] = []
        page.restart_wanted.connect(lambda: wanted.append(True))
        choose(page.database.fields.kind, "postgresql")
        type_into(page.database.fields.host, "db.example.com")
        type_into(page.database.fields.password, "secret")
        assert not page.database.restart.isVisible()
        assert await press_save(page) == "Saved."
        assert page.database.fields.password.value() == ""
        assert "after a restart" in page.database.restart.text
        click(page.database.restart_button)
        assert wanted == [True]

    with_page(run, core, GeneralPage, script)
    url = "postgresql://db.example.com:5432/softphone"
    assert core.settings_store.settings.database == DatabaseSettings(url)
    assert core.secrets.passwords == {url: "secret"}
    assert databases_of(core).tried == [(DatabaseSettings(url), "secret")]


def test_other_options_are_saved_without_asking_the_database(run, phone):
    core = core_with(phone, url="postgresql://db.example.com/team")
    databases_of(core).result = DatabaseTrial(False, "The database is not there.")

    async def script(page: GeneralPage) -> None:
        type_into(page.region, "DE")
        assert await press_save(page) == "Saved."

    with_page(run, core, GeneralPage, script)
    assert core.settings_store.settings.numbers.default_region == "DE"


# Test Connection, against the real thing.


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The database of this computer, with a team and calls in it."""
    path = tmp_path / "here.sqlite3"

    async def make() -> None:
        database = await open_database(path)
        await fill(database, TEAM, CALLS)
        await database.dispose()

    asyncio.run(make())
    return path


@pytest.fixture
def core(phone: FakePhone, file: Path) -> FakeCore:
    made = core_with(phone)
    made.databases = DatabaseSwitch(
        DatabaseSettings(), file, file.with_name("outbox"), lambda: "admin1", made.secrets.password
    )
    return made


@pytest.fixture
def tables(postgres: PostgresDatabase) -> PostgresDatabase:
    asyncio.run(upgrade(DatabaseAddress.parse(postgres.url(), Path("unused")).with_password(PASSWORD)))
    return postgres


def test_a_database_that_works_is_described(run, core, tables):
    async def script(page: GeneralPage) -> None:
        enter(page, tables)
        words = await press_test(page)
        assert words.startswith("PostgreSQL ") and "not encrypted" in words
        assert "0 users" in words and "rights of an admin" in words
        assert page.database.test.good.isVisible() and not page.database.test.bad.isVisible()
        choose(page.database.fields.tls, "require")
        assert not page.database.test.good.isVisible(), "it was about something else"
        assert "encrypted with TLSv1.3" in await press_test(page)

    with_page(run, core, GeneralPage, script)


def test_an_empty_database_is_said_to_be_empty_and_is_not_saved(run, core, postgres):
    async def script(page: GeneralPage) -> None:
        enter(page, postgres)
        assert "no tables yet" in await press_test(page)
        assert "Move your data there" in await press_save(page)

    with_page(run, core, GeneralPage, script)
    assert postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda page: type_into(page.database.fields.password, "wrong"), "refuses the password of “owner”"),
        (lambda page: page.database.fields.password.put(""), "password"),
        (lambda page: type_into(page.database.fields.name, "nothing"), "does not exist on that server"),
        (lambda page: page.database.fields.port.control.setValue(9), "cannot be reached"),
        (lambda page: type_into(page.database.fields.host, "nowhere.invalid"), "cannot be reached"),
        (lambda page: choose(page.database.fields.tls, "verify-full"), "authority this computer does not trust"),
    ],
)
def test_what_is_wrong_is_said_in_words(run, core, tables, spoil, words):
    async def script(page: GeneralPage) -> None:
        enter(page, tables)
        spoil(page)
        assert words in await press_test(page)
        assert page.database.test.bad.isVisible()

    with_page(run, core, GeneralPage, script)


def test_a_certificate_of_another_host_is_said_so(run, core, tables):
    tables.server.certify("DNS:other.example.com")

    async def script(page: GeneralPage) -> None:
        enter(page, tables)
        choose(page.database.fields.tls, "verify-full")
        type_into(page.database.fields.ca_file, str(tables.server.ca_file))
        assert "certificate is not valid for 127.0.0.1" in await press_test(page)
        choose(page.database.fields.tls, "verify-ca")
        assert "encrypted with" in await press_test(page)

    with_page(run, core, GeneralPage, script)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "older than this softphone's"),
        ("UPDATE alembic_version SET version_num = '9999'", "made by a newer softphone"),
        ("ALTER TABLE calls DROP COLUMN label", "only half upgraded"),
        ("DROP TABLE alembic_version", "the database of another program"),
    ],
)
def test_a_schema_that_does_not_fit_is_said_so(run, core, tables, statement, words):
    tables.sql(statement)

    async def script(page: GeneralPage) -> None:
        enter(page, tables)
        assert words in await press_test(page)

    with_page(run, core, GeneralPage, script)


def test_a_login_without_rights_is_told_so(run, core, tables):
    tables.server.create_login("guest")

    async def script(page: GeneralPage) -> None:
        enter(page, tables, user="guest")
        assert "no right to read" in await press_test(page)

    with_page(run, core, GeneralPage, script)


# The move.


def team_of(postgres: PostgresDatabase) -> tuple[str, ...]:
    tables = ("users", "tracking_numbers", "calls")
    return tuple(postgres.sql(f"SELECT count(*) FROM {table}") for table in tables)  # noqa: S608


async def open_move(page: GeneralPage) -> DatabaseMoveDialog:
    click(page.database.move_button)
    dialog = await opened(DatabaseMoveDialog)
    await until(dialog.move_button.isEnabled)
    return dialog


def test_my_data_is_moved_and_used_from_the_next_start_on(run, core, postgres, file):
    async def script(page: GeneralPage) -> None:
        assert not page.database.move_button.isEnabled(), "it is there already"
        enter(page, postgres)
        dialog = await open_move(page)
        assert dialog.summary.text() == f"To be moved: 9 users, 14 tracking numbers, {CALLS} calls."
        assert not dialog.conflicts.isVisible()
        assert not dialog.use_button.isVisible()
        click(dialog.move_button)
        await until(dialog.use_button.isVisible)
        await until(dialog.use_button.isEnabled)
        assert f"Calls: {CALLS} copied, 0 already there, {CALLS} compared." in dialog.report.text()
        assert "Everything has arrived" in dialog.done_banner.text
        click(dialog.use_button)
        await closed()
        assert page.database.restart.isVisible()
        assert not page.changed

    with_page(run, core, GeneralPage, script)
    assert team_of(postgres) == ("9", "14", str(CALLS))
    wanted = core.settings_store.settings.database.url
    assert wanted == postgres.url().replace("postgresql://", "postgresql://", 1)
    assert core.secrets.passwords == {f"{wanted}?sslmode=disable": PASSWORD}
    with closing(sqlite3.connect(file)) as here:
        assert here.execute("SELECT count(*) FROM calls").fetchone() == (CALLS,)


def test_calls_that_come_while_the_report_is_read_are_moved_as_well(run, core, postgres, file):
    async def script(page: GeneralPage) -> None:
        enter(page, postgres)
        dialog = await open_move(page)
        click(dialog.move_button)
        await until(dialog.use_button.isVisible)
        await until(dialog.use_button.isEnabled)
        with closing(sqlite3.connect(file)) as here:
            here.execute("CREATE TEMP TABLE late AS SELECT * FROM calls LIMIT 1")
            here.execute("UPDATE late SET id = 10000, entry_key = 'late'")
            here.execute("INSERT INTO calls SELECT * FROM late")
            here.commit()
        click(dialog.use_button)
        await closed()

    with_page(run, core, GeneralPage, script)
    assert team_of(postgres)[2] == str(CALLS + 1)


def test_what_is_there_already_is_overwritten_only_where_it_is_ticked(run, core, tables):
    theirs = [replace(user, name="Theirs") for user in TEAM.users[:2]]

    async def put() -> None:
        database = await open_database(DatabaseAddress.parse(tables.url(), Path("x")).with_password(PASSWORD))
        await (await DatabaseTeamStore.open(database)).put_team(Team([*theirs, *TEAM.users[2:]]))
        await database.dispose()

    asyncio.run(put())

    async def script(page: GeneralPage) -> None:
        enter(page, tables)
        dialog = await open_move(page)
        assert dialog.conflicts.isVisible()
        rows = top_items_of(dialog.conflicts)
        assert [row.text(0) for row in rows] == ["agent0", "agent1"]
        assert [texts(row.child(0)) for row in rows] == [
            ["Name", plain(user.name), "Theirs"] for user in TEAM.users[:2]
        ]
        assert all(row.checkState(0) is Qt.CheckState.Unchecked for row in rows)
        rows[1].setCheckState(0, Qt.CheckState.Checked)
        click(dialog.move_button)
        await until(dialog.use_button.isVisible)
        assert "1 differ, 0 are missing: agent0" in dialog.report.text()
        dialog.reject()
        await closed()

    with_page(run, core, GeneralPage, script)
    names = tables.sql("SELECT name FROM users WHERE login IN ('agent0', 'agent1') ORDER BY login").splitlines()
    assert names == ["Theirs", TEAM.users[1].name]
    assert core.settings_store.settings.database == DatabaseSettings(), "it was only moved, not switched over to"


def texts(item: QTreeWidgetItem | None) -> list[str]:
    assert item is not None
    return [item.text(column) for column in range(3)]


def test_a_move_is_cancelled_and_gone_on_with(run, core, postgres, monkeypatch):
    async def script(page: GeneralPage) -> None:
        enter(page, postgres)
        dialog = await open_move(page)
        show = dialog._show_progress

        def cancel_in_the_middle(progress: MoveProgress) -> None:
            show(progress)
            if progress.what is MoveStep.CALLS and progress.done < progress.total:
                click(dialog.cancel_button)

        monkeypatch.setattr(dialog, "_show_progress", cancel_in_the_middle)
        click(dialog.move_button)
        await until(lambda: dialog.step.text().startswith("Cancelled"))
        assert dialog.isVisible() and not dialog.use_button.isVisible()
        assert 0 < int(team_of(postgres)[2]) < CALLS
        monkeypatch.undo()
        assert dialog.move_button.text() == "&Go On"
        click(dialog.move_button)
        await until(dialog.use_button.isVisible)
        dialog.reject()
        await closed()

    with_page(run, core, GeneralPage, script)
    assert team_of(postgres) == ("9", "14", str(CALLS))


def test_a_server_that_stops_is_told_and_gone_on_with(run, core, postgres):
    async def script(page: GeneralPage) -> None:
        enter(page, postgres)
        dialog = await open_move(page)
        postgres.server.stop("immediate")
        click(dialog.move_button)
        await until(lambda: dialog.problem.text)
        assert "cannot be reached" in dialog.problem.text
        postgres.server.start()
        await until(dialog.move_button.isEnabled)
        click(dialog.move_button)
        await until(dialog.use_button.isVisible)
        dialog.reject()
        await closed()

    with_page(run, core, GeneralPage, script)
    assert team_of(postgres) == ("9", "14", str(CALLS))
