from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import op

import softphone
from softphone.errors import UserFacingError
from softphone.storage import DatabaseAddress
from softphone.storage.migrations.revisions import REVISIONS
from softphone.storage.migrations.schema_check import KNOWN_REVISIONS
from softphone.storage.migrations.upgrade import Migrated, migrate, open_database, upgrade
from softphone.storage.schema import metadata
from tests.lab.disks import small_disk
from tests.lab.postgres import PASSWORD
from tests.ordinary_user import ordinary_user
from tests.unit.storage.samples import held_by_another

BUSY = 0.1
HEAD = REVISIONS[-1].revision


def next_step(upgrade: object) -> ModuleType:
    """A step that a later version might bring."""
    module = ModuleType("later", "A later step.")
    vars(module).update(revision="later", down_revision=HEAD, upgrade=upgrade)
    return module


def add_a_column() -> None:
    op.add_column("users", sa.Column("extension", sa.Text, server_default="none"))


def structure(path: Path) -> dict[str, object]:
    """Everything SQLAlchemy can see of the tables, however their DDL was spelled."""
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
    seen: Any = sa.inspect(engine)
    described: dict[str, object] = {
        table: {
            "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)],
            "primary key": seen.get_pk_constraint(table),
            "foreign keys": sorted(seen.get_foreign_keys(table), key=lambda key: str(key["constrained_columns"])),
            "unique": seen.get_unique_constraints(table),
            "checks": sorted((c["name"], c["sqltext"]) for c in seen.get_check_constraints(table)),
            "indexes": sorted((i["name"], i["column_names"], i["unique"]) for i in seen.get_indexes(table)),
        }
        for table in sorted(set(seen.get_table_names()) - {"alembic_version"})
    }
    engine.dispose()
    return described


def execute(path: Path, *statements: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = [connection.execute(statement).fetchall() for statement in statements]
        connection.commit()
    return rows[-1]


INSERT_USER = (
    "INSERT INTO users (login, name, sip_uri, role, call_waiting, bypass_if_no_agents, ring_seconds, no_answer,"
    " version) VALUES ('agent1', 'Agent One', 'sip:agent1@example.com', 'agent', 1, 0, 20, 'hang_up', 1)"
)


def test_the_steps_lead_to_the_schema_of_today(tmp_path: Path) -> None:
    migrate(tmp_path / "migrated", BUSY)
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(tmp_path / "declared")))
    metadata.create_all(engine)
    engine.dispose()
    assert structure(tmp_path / "migrated") == structure(tmp_path / "declared")


def test_a_new_file_gets_the_newest_schema_and_is_private(path: Path) -> None:
    assert migrate(path, BUSY) == Migrated("", HEAD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert execute(path, "PRAGMA journal_mode") == [("wal",)]
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name]


def test_a_second_time_nothing_is_done(path: Path) -> None:
    migrate(path, BUSY)
    assert migrate(path, BUSY) == Migrated(HEAD, HEAD)


def test_an_older_file_is_upgraded_and_its_old_state_kept_beside_it(path: Path) -> None:
    migrate(path, BUSY)
    execute(path, INSERT_USER)
    done = migrate(path, BUSY, [*REVISIONS, next_step(add_a_column)])
    assert (done.before, done.after) == (HEAD, "later")
    assert execute(path, "SELECT login, extension FROM users") == [("agent1", "none")]
    assert done.backup is not None
    assert stat.S_IMODE(done.backup.stat().st_mode) == 0o600
    assert migrate(done.backup, BUSY) == Migrated(HEAD, HEAD)
    assert execute(done.backup, "SELECT login FROM users") == [("agent1",)]


def test_versions_go_on_where_an_older_file_ends(path: Path) -> None:
    migrate(path, BUSY, REVISIONS[:1])
    execute(path, INSERT_USER, "UPDATE users SET version = 7")
    assert migrate(path, BUSY).before == "0001"
    assert execute(path, "SELECT version, changed_by, changed_at FROM users") == [(7, None, None)]
    assert execute(path, "SELECT count FROM team_changes") == [(7,)]


def test_an_upgrade_that_fails_half_way_changes_nothing(path: Path) -> None:
    def fails_after_a_change() -> None:
        add_a_column()
        op.create_table("users", sa.Column("login", sa.Text))

    migrate(path, BUSY)
    before = structure(path)
    with pytest.raises(UserFacingError, match="table users already exists"):
        migrate(path, BUSY, [*REVISIONS, next_step(fails_after_a_change)])
    assert structure(path) == before
    assert migrate(path, BUSY) == Migrated(HEAD, HEAD)


def test_a_database_of_a_newer_softphone_is_refused_untouched(path: Path) -> None:
    migrate(path, BUSY, [*REVISIONS, next_step(add_a_column)])
    before = path.read_bytes()
    with pytest.raises(UserFacingError, match="was made by a newer softphone"):
        migrate(path, BUSY)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_untouched(path: Path) -> None:
    execute(path, "CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(UserFacingError, match="the database of another program"):
        migrate(path, BUSY)
    assert execute(path, "SELECT name FROM sqlite_master") == [("bookmarks",)]


def test_a_locked_database(path: Path) -> None:
    migrate(path, BUSY)
    with held_by_another(path), pytest.raises(UserFacingError, match="in use by another program"):
        migrate(path, BUSY)
    assert migrate(path, BUSY) == Migrated(HEAD, HEAD)


@pytest.mark.parametrize("damage", ["no database at all" * 100, "cut"])
def test_a_damaged_database_is_not_touched(path: Path, damage: str) -> None:
    migrate(path, BUSY)
    damaged = path.read_bytes()[:5000] if damage == "cut" else damage.encode()
    path.write_bytes(damaged)
    with pytest.raises(UserFacingError, match="is damaged"):
        migrate(path, BUSY)
    assert path.read_bytes() == damaged


def test_a_missing_directory(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="does not exist"):
        migrate(tmp_path / "nowhere" / "team.sqlite3", BUSY)


def test_a_directory_that_cannot_be_written() -> None:
    with ordinary_user() as directory:
        directory.chmod(0o500)
        with pytest.raises(UserFacingError, match=r"cannot be opened: you have no permission\. Change its permissions"):
            migrate(directory / "team.sqlite3", BUSY)
        directory.chmod(0o700)


def test_a_file_that_cannot_be_written() -> None:
    with ordinary_user() as directory:
        path = directory / "team.sqlite3"
        migrate(path, BUSY)
        path.chmod(0o400)
        with pytest.raises(
            UserFacingError, match=r"cannot be written to: you have no permission\. Change its permissions"
        ):
            migrate(path, BUSY)


@pytest.mark.programs
def test_a_disk_too_full_for_a_copy_leaves_the_old_file_as_it_was() -> None:
    with small_disk() as disk:
        path = disk.path / "team.sqlite3"
        migrate(path, BUSY, REVISIONS[:2])
        execute(path, INSERT_USER)
        before = path.read_bytes()
        disk.fill(but=65536)
        with pytest.raises(UserFacingError, match=rf"was not upgraded, .* {path.name}\.before-{HEAD} .*disk is full"):
            migrate(path, BUSY)
        assert path.read_bytes() == before
        disk.empty()
        assert [file.name for file in disk.path.iterdir()] == [path.name]
        assert migrate(path, BUSY).before == "0002"


def test_a_copy_that_cannot_be_made_stops_the_upgrade(path: Path) -> None:
    migrate(path, BUSY, REVISIONS[:2])
    path.with_name(f"{path.name}.before-{HEAD}.part").mkdir()
    with pytest.raises(UserFacingError, match=r"was not upgraded, because no copy of it could be put beside it\."):
        migrate(path, BUSY)
    assert migrate(path, BUSY, REVISIONS[:2]) == Migrated("0002", "0002")


async def test_two_that_start_at_once_do_not_disturb_each_other(path: Path) -> None:
    done = await asyncio.gather(*(asyncio.to_thread(migrate, path, 20.0) for _ in range(4)))
    assert sorted(result.before for result in done) == ["", HEAD, HEAD, HEAD]


@pytest.mark.programs
def test_no_directory_of_scripts_is_needed(tmp_path: Path) -> None:
    """A frozen application has its modules in an archive, and so has this interpreter."""
    package = Path(softphone.__file__).parent
    archive = tmp_path / "softphone.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in package.rglob("*.py"):
            packed.write(file, file.relative_to(package.parent))
    code = (
        "import asyncio, pathlib, sys; sys.path.insert(0, sys.argv[1]); from softphone import storage;"
        "assert sys.argv[1] in storage.__file__; print(asyncio.run(storage.upgrade(pathlib.Path(sys.argv[2]))))"
    )
    command = [sys.executable, "-c", code, str(archive), str(tmp_path / "team.sqlite3")]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert f"was created with schema {HEAD}" in run.stdout


async def test_upgrade_says_what_it_did(path: Path) -> None:
    assert await upgrade(path) == f"The database {path} was created with schema {HEAD}."
    assert await upgrade(path) == f"The database {path} is up to date (schema {HEAD})."


async def test_upgrade_names_the_copy_of_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = ModuleType("later", "A later step.")
    vars(later).update(revision="later", down_revision=HEAD, upgrade=lambda: None)
    await upgrade(path)
    monkeypatch.setattr(migrate, "__defaults__", ([*REVISIONS, later],))
    copy = path.with_name("team.sqlite3.before-later")
    assert await upgrade(path) == (
        f"The database {path} was upgraded from schema {HEAD} to later; a copy of the old one is {copy}."
    )
    assert copy.exists()


async def test_opening_leaves_the_event_loop_free(path: Path) -> None:
    """While another program holds the file, opening waits on a worker thread."""
    await upgrade(path)
    ticks = 0
    with held_by_another(path):
        opening = asyncio.create_task(open_database(path, busy_seconds=0.3))
        while not opening.done():
            await asyncio.sleep(0.01)
            ticks += 1
        with pytest.raises(UserFacingError, match="in use by another program"):
            await opening
    assert ticks > 3


OPEN = """
import asyncio, pathlib, sys
from softphone.storage import Storage, StorageFiles
from softphone.storage.connection.address import DatabaseAddress

async def main(directory, url, password):
    address = DatabaseAddress.parse(url, directory / "team.sqlite3").with_password(password)
    storage = await Storage.open(address, StorageFiles(directory / "outbox", directory / "team.json"), lambda: "agent1")
    assert storage.connection_state.health.online, storage.connection_state.health
    await storage.close()
    print(",".join(sorted({name.partition(".")[0] for name in sys.modules} & {"alembic", "mako", "asyncpg"})))

asyncio.run(main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
"""


def loaded_to_open(directory: Path, url: str = "sqlite") -> str:
    """What a start that opens the database of this directory or server loads for upgrades."""
    command = [sys.executable, "-c", OPEN, str(directory), url, PASSWORD]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout.strip()


@pytest.mark.programs
def test_what_upgrades_is_loaded_only_when_there_is_something_to_upgrade(path: Path) -> None:
    migrate(path, BUSY, REVISIONS[:-1])
    assert loaded_to_open(path.parent) == "alembic,mako"
    assert loaded_to_open(path.parent) == ""


def test_an_app_never_upgrades_a_server(server: DatabaseAddress, tmp_path: Path) -> None:
    assert server.server is not None
    assert loaded_to_open(tmp_path, server.server.text) == "asyncpg"


def test_the_revisions_known_without_loading_them_are_those_there_are() -> None:
    assert [step.revision for step in REVISIONS] == list(KNOWN_REVISIONS)
