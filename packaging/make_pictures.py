"""Draws the windows into docs/images, light and dark, from a made-up team in a data directory of its own.

``make_pictures.py admin`` draws the dialogs of the settings only, ``make_pictures.py team`` the windows of the team.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
from PyQt6.QtCore import QT_VERSION_STR, Qt
from PyQt6.QtGui import QColor, QImage, QPalette
from PyQt6.QtWidgets import QApplication, QWidget
from team_pictures import team_pictures

from softphone.bootstrap import Core, open_core
from softphone.config.settings_store import TomlSettingsStore
from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.database_move import Conflict, DatabaseTrial, MovePlan, MoveProgress, MoveReport, Tally
from softphone.model.profile import NoAnswer, Role, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.model.settings import AccountSettings, AgentSettings, DatabaseSettings, Settings
from softphone.model.ua_events import RegistrationChanged
from softphone.policy.registration_trial import RegistrationTrial, trial_result
from softphone.policy.rule.call_waiting import Situation, decide
from softphone.storage.moving.move import DatabaseSwitch
from ui.app.event_loop import AppEventLoop
from ui.app.first_start import FirstStart
from ui.app.qt_application import make_application
from ui.log.call_details import CallDetails
from ui.settings.database_move import DatabaseMoveDialog
from ui.settings.number_dialog import NumberDialog
from ui.settings.numbers_import import NumbersImportDialog
from ui.settings.settings_window import SettingsWindow
from ui.settings.user_dialog import UserDialog
from ui.settings.user_queue_dialog import UserQueueDialog
from ui.shared.background import Background
from ui.shared.core import CorePort

PICTURES = Path(__file__).parent.parent / "docs" / "images"
SCREEN = {"name": "docs", "x": 0, "y": 0, "width": 1280, "height": 800, "logicalDpi": 96, "dpr": 1}
TALL, TALLER = 520, 740  # as one makes a dialog to see all of it
COLOURS = 256
BEST = 0  # the quality Qt takes for the strongest compression of a PNG
ARRIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEAM = Team(
    [
        UserProfile(
            "agent1",
            "Agent One",
            "sip:agent1@example.com",
            call_waiting=True,
            queue=UserQueue(False, 20, NoAnswer.VOICEMAIL, "sip:vm-agent1@example.com"),
        ),
        UserProfile("agent2", "Agent Two", "sip:agent2@example.com", call_waiting=True),
        UserProfile("agent3", "Agent Three", "sip:agent3@example.com"),
        UserProfile(
            "agent4", "Agent Four", "sip:agent4@example.com", queue=UserQueue(True, 60, NoAnswer.AGENT, "agent1")
        ),
        UserProfile("admin1", "Admin One", "sip:admin1@example.com", role=Role.ADMIN),
    ],
    [
        TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1")),
        TrackingNumber("+15551230002", "Website", Route.parse("agent:agent2")),
        TrackingNumber("+15551230003", "Radio", Route.parse("agent:agent1")),
        TrackingNumber("+15551230004", "Support", Route.parse("queue:support")),
        TrackingNumber("+15551230005", "Printed catalogue", Route.parse("agent:agent4")),
    ],
)
FILE = """number,label,route
(555) 123-0001,Spring campaign,agent:agent2
(555) 123-0010,Newsletter,agent:agent1
(555) 123-0011,Trade fair,queue:support
555 CALL ME,Poster,agent:agent1
(555) 123-0012,Bus stops,agent:agent9
(555) 123-0010,Newsletter again,agent:agent2
(555) 123-0013,Cinema,agent:agent4
"""
BYPASSED = CallRecord(
    call="call1",
    sip_call_id="call1@example.com",
    direction=Direction.INCOMING,
    agent="agent2",
    remote_name="Name of the caller",
    remote_uri="sip:+15558675309@example.com",
    tracking_number="+15551230002",
    label="Website",
    direct=True,
    arrived=ARRIVED,
    answered=None,
    ended=ARRIVED + timedelta(seconds=1),
    waited_seconds=0.2,
    outcome=Outcome.BYPASSED,
    explanation=decide(Situation.ON_A_CALL, direct=True, call_waiting=True, bypass=True).reason
    + " The caller was hung up on.",
)


class StrictRegistrar:
    """ports.RegistrationTester without a network: the answer to every account is 401."""

    async def try_account(self, account: AccountSettings, password: str) -> RegistrationTrial:
        """What is said about a wrong password."""
        return trial_result(account, password or "typed", RegistrationChanged(401, "Unauthorized", 0))


class TeamServer:
    """The databases' port without a server: one that works, and is used by a team already."""

    in_use = DatabaseSettings()

    def account(self, choice: DatabaseSettings) -> str:
        """What a password would be kept under."""
        return choice.url

    async def try_out(self, choice: DatabaseSettings, password: str = "") -> DatabaseTrial:  # noqa: ARG002
        """What is said of a database that works."""
        return DatabaseTrial(
            True,
            "PostgreSQL 15.14 answers, encrypted with TLSv1.3. Schema 0005, 3 users; "
            "there you have the rights of an admin.",
        )

    @asynccontextmanager
    async def move_to(self, choice: DatabaseSettings, password: str = "") -> AsyncIterator[TeamMove]:  # noqa: ARG002
        """A move that finds another label in the place of one's own."""
        yield TeamMove()


class TeamMove:
    """A move that is looked at and never made."""

    async def plan(self) -> MovePlan:
        """A busy month, and one number two have labelled."""
        mine = TEAM.tracking_numbers[1]
        theirs = replace(mine, label="Web shop", route=Route.parse("queue:support"))
        return MovePlan(len(TEAM.users), len(TEAM.tracking_numbers), 20_000, 0, (Conflict(mine, theirs, 1),))

    async def run(
        self,
        take_mine: Collection[Conflict] = (),  # noqa: ARG002
        tell: Callable[[MoveProgress], None] = lambda _: None,  # noqa: ARG002
    ) -> MoveReport:
        """Nothing is moved for a picture."""
        return MoveReport(Tally(), Tally(), Tally())


@dataclass(frozen=True)
class Stage:
    """What the dialogs are opened with."""

    core: CorePort
    background: Background
    desk: QWidget
    folder: Path


TeamSnapshot = tuple[str, Callable[[], QWidget]]


def pictures(stage: Stage) -> Iterator[TeamSnapshot]:
    """Each picture's name, and how the window in it is made."""
    core, background, desk = stage.core, stage.background, stage.desk
    yield "manage-users", lambda: _settings(stage, 0)
    yield "edit-user", lambda: _user(stage)
    yield "user-queue", lambda: _queue(stage)
    yield "tracking-numbers", lambda: _settings(stage, 1)
    yield "edit-number", lambda: _number(stage)
    yield "import-numbers", lambda: NumbersImportDialog(core, background, stage.folder / "numbers.csv", desk)
    yield "account", lambda: _account(stage)
    yield "sound", lambda: _settings(stage, 3)
    yield "general", lambda: _settings(stage, 4)
    yield "database", lambda: _database(stage)
    yield "move-data", lambda: _move(stage)
    yield "about", lambda: _about(stage)
    yield "first-start", lambda: FirstStart(core, background, lambda: True, print, desk)
    yield "call-details", lambda: CallDetails(BYPASSED, core.team.team, core.numbers, desk)


def _settings(stage: Stage, page: int) -> SettingsWindow:
    window = SettingsWindow(stage.core, stage.background, stage.desk)
    window.navigation.setCurrentRow(page)
    return window


def _account(stage: Stage) -> QWidget:
    window = _settings(stage, 2)
    window.account.test.start()
    return window


def _database(stage: Stage) -> QWidget:
    window = _settings(stage, 4)
    section = window.general.database
    section.fields.put("postgresql://admin1@db.example.com/team")
    section.fields.password.put("a password")
    section.test.start()
    window.general.database.test.told.connect(lambda: window.general.bring_into_view(section.restart))
    return window


def _move(stage: Stage) -> QWidget:
    choice = DatabaseSettings("postgresql://admin1@db.example.com/team")

    async def use() -> None:
        """Nothing is switched over for a picture."""

    return DatabaseMoveDialog(stage.core.databases, stage.background, choice, "", use=use, parent=stage.desk)


def _about(stage: Stage) -> QWidget:
    window = _settings(stage, 5)
    window.about.versions.setText(f"Qt {QT_VERSION_STR} · Linux")  # not the machine this is drawn on
    return window


def _user(stage: Stage) -> QWidget:
    dialog = UserDialog(stage.core, stage.background, "agent2", stage.desk)
    dialog.resize(dialog.width(), TALL)
    dialog.call_waiting.setFocus()
    return dialog


def _number(stage: Stage) -> QWidget:
    dialog = NumberDialog(stage.core, stage.background, "+15551230001", stage.desk)
    dialog.resize(dialog.width(), TALL)
    return dialog


def _queue(stage: Stage) -> QWidget:
    dialog = UserQueueDialog(stage.core, stage.background, "agent2", stage.desk)
    dialog.resize(dialog.width(), TALLER)
    dialog.bypass.setFocus()
    return dialog


async def draw(pictures: Iterable[TeamSnapshot], folder: Path, suffix: str, background: Background) -> None:
    """Every picture in the present colours."""
    for name, make in pictures:
        window = make()
        window.show()
        while background.busy:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)  # Qt lays out, scrolls and paints in events of its own
        small(window.grab().toImage()).save(str(folder / f"{name}{suffix}.png"), quality=BEST)
        window.hide()
        window.deleteLater()


def small(image: QImage) -> QImage:
    """The same with no more than the 256 most frequent colours, which is nearly all there are."""
    pixels = image.convertToFormat(QImage.Format.Format_RGB32)
    memory = pixels.constBits()
    if memory is None:
        return image
    found, counts = np.unique(np.frombuffer(memory.asstring(pixels.sizeInBytes()), np.uint32), return_counts=True)
    table = [int(colour) for colour in found[np.argsort(-counts)][:COLOURS]]
    flat = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return pixels.convertToFormat(QImage.Format.Format_Indexed8, table, flat)


def dark() -> QPalette:
    """A palette as desktops have at night."""
    palette = QPalette(QColor("#353535"), QColor("#2d2d2d"))
    palette.setColor(QPalette.ColorRole.Base, QColor("#232323"))
    palette.setColor(QPalette.ColorRole.Link, QColor("#7ab8f5"))
    palette.setColor(QPalette.ColorRole.Highlight, QColor("#2f6fab"))
    return palette


async def prepare(folder: Path) -> Core:
    """A softphone that is set up, and the file to import."""
    account = AccountSettings("sip:agent1@example.com", "sip:example.com", "tls", "agent1")
    (folder / "numbers.csv").write_text(FILE, encoding="utf-8")
    TomlSettingsStore(folder / "settings.toml").save(Settings(agent=AgentSettings("admin1")))
    core = await open_core(folder)
    await core.team.put_team(TEAM)
    await asyncio.to_thread(core.settings_store.save, replace(core.settings_store.load(), account=account))
    return core


async def draw_admin(folder: Path, suffix: str) -> None:
    """The dialogs of the settings, over a core of their own."""
    core = await prepare(folder)
    stage = Stage(
        replace(core, registration_tester=StrictRegistrar(), databases=cast("DatabaseSwitch", TeamServer())),
        Background(),
        QWidget(),
        folder,
    )
    try:
        await draw(pictures(stage), PICTURES / "admin", suffix, stage.background)
    finally:
        await stage.background.close()
        await core.close()


async def draw_team(_folder: Path, suffix: str) -> None:
    """The windows of the team, which need nothing but a view."""
    await draw(team_pictures(), PICTURES / "team", suffix, Background())


ALBUMS = {"admin": draw_admin, "team": draw_team}


async def main(application: QApplication, folder: Path, albums: Iterable[str]) -> None:
    """All pictures, light and dark."""
    for suffix in ("", "-dark"):
        if suffix:
            application.setPalette(dark())
        for album in albums:
            (PICTURES / album).mkdir(parents=True, exist_ok=True)
            data = folder / f"{album}{suffix}"
            data.mkdir()
            await ALBUMS[album](data, suffix)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        screen = Path(temporary) / "screen.json"
        screen.write_text(json.dumps({"screens": [SCREEN]}), encoding="utf-8")
        os.environ["TZ"] = "UTC"
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screen}"
        qt = make_application()
        with asyncio.Runner(loop_factory=lambda: AppEventLoop(qt)) as runner:
            runner.run(main(qt, Path(temporary), sys.argv[1:] or ALBUMS))
