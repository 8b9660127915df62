"""The app from start to end in one process: single instance, signals, problems at the start."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QInputDialog, QMessageBox

from softphone.config.paths import DataDirectory
from softphone.errors import UserFacingError
from softphone.model.call_record import Outcome
from softphone.model.colleague import TeamHealth
from softphone.model.profile import UserProfile
from softphone.model.settings import AccountSettings, AgentSettings, CallSettings, Settings
from softphone.model.view import EngineView
from tests.fakes.phone import FakeCore, FakePhone, a_call, waiting_prompt
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.app.test_main_window import A_RECORD
from tests.ui.conftest import until
from tests.ui.items import items_of, texts_of
from tests.ui.settings.dialogs import answer, click, opened, retype
from ui.app import application
from ui.app.app import App, run_app
from ui.app.control_client import ControlClient, ControlError, hand_over
from ui.app.control_requests import ControlRequests
from ui.app.main_window import MainWindow
from ui.log.call_details import CallDetails
from ui.settings.settings_window import SettingsWindow
from ui.settings.user_dialog import UserDialog
from ui.widgets.labels import PlainLabel
from ui.widgets.two_lines import DETAIL

LINKS_DIAL = Settings(calls=CallSettings(dial_links=True))


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run_with(core: FakeCore, data_dir: Path, script, link: str = "") -> tuple[int, list[Any]]:
    """Exit status of an app over *core*, and what *script* returned from its thread."""
    results: list[object] = []

    tasks: list[asyncio.Task[None]] = []

    async def play() -> None:
        await asyncio.to_thread(lambda: results.append(script()))

    async def open_core() -> FakeCore:
        tasks.append(asyncio.create_task(play()))
        return core

    status = application.run(open_core, data_dir=data_dir, link=link)
    return status, results


def ask(data_dir: Path, verb: str, arg: str = "") -> object:
    with ControlClient(DataDirectory(data_dir).control_socket) as client:
        return client.request(verb, arg)


def test_it_answers_ctl_and_quits_on_request(qapp, core, data_dir):
    def script() -> list[object]:
        return [ask(data_dir, "status"), ask(data_dir, "quit")]

    status, [[report, _]] = run_with(core, data_dir, script)
    assert status == 0
    assert report["agent_status"] == "available"
    assert core.closed


def test_a_provisioning_file_is_taken_over_by_the_running_app(qapp, core, data_dir):
    text = '[[users]]\nlogin = "agent9"\nname = "Agent Nine"\ncall_waiting = true\n'

    def script() -> object:
        done = ask(data_dir, "settings-import", text)
        with pytest.raises(ControlError, match="line 1"):
            ask(data_dir, "settings-import", "[[users")
        ask(data_dir, "quit")
        return done

    status, [done] = run_with(core, data_dir, script)
    assert status == 0
    assert done
    assert core.team.team.user("agent9").call_waiting
    assert core.session.requests == ["settings_changed"]


def test_it_starts_again_in_place_with_a_new_core(qapp, data_dir):
    cores, answers, tasks = [FakeCore(), FakeCore()], [], []
    waiting = list(cores)

    async def play() -> None:
        await until(lambda: windows())
        restart_by_click(windows()[0])
        await until(lambda: cores[0].closed and cores[1].session.requests == [])
        answers.append(await asyncio.to_thread(ask, data_dir, "agent-status"))
        await asyncio.to_thread(ask, data_dir, "quit")

    async def open_core() -> FakeCore:
        if len(waiting) == 2:
            tasks.append(asyncio.create_task(play()))
        else:
            assert cores[0].closed, "one core at a time"
        return waiting.pop(0)

    for core in cores:
        core.settings_store.settings = LINKS_DIAL
    assert application.run(open_core, data_dir=data_dir, link="tel:5") == 0
    assert [core.closed for core in cores] == [True, True]
    assert answers == [{"agent_status": "available"}]
    assert [core.session.requests for core in cores] == [[("dial", "tel:5")], []]


def windows() -> list[MainWindow]:
    return [
        window for window in QApplication.topLevelWidgets() if isinstance(window, MainWindow) and window.isVisible()
    ]


def restart_by_click(window: MainWindow) -> None:
    """As the button in the settings does it."""
    window.settings_wanted.emit()
    settings = window.findChild(SettingsWindow)
    settings.general.database.restart_button.click()


def test_it_does_not_start_again_while_somebody_is_on_the_line(run, core, phone: FakePhone):
    phone.show(calls=(a_call(),))

    async def script(app: App) -> None:
        app.open_settings()
        assert app.settings is not None
        app.settings.restart_wanted.emit()
        await until(lambda: not app.background.busy)
        assert not app.done.is_set()
        phone.show(calls=())
        app.settings.restart_wanted.emit()
        await app.done.wait()
        assert app.again

    with_app(run, core, script)


def test_starting_again_asks_about_what_is_typed_in_the_settings(run, core):
    async def script(app: App) -> None:
        app.open_settings()
        assert app.settings is not None
        app.settings.account.username.put("somebody")
        app.settings.restart_wanted.emit()
        assert "There are unsaved changes: Account." in await answer("Cancel")
        assert not app.done.is_set()
        app.settings.restart_wanted.emit()
        await answer("Discard changes and restart")
        await app.done.wait()

    with_app(run, core, script)


def test_a_link_clicked_in_a_browser_fills_the_field_of_the_app_that_runs_and_calls_nobody(qapp, core, data_dir):
    def script() -> tuple[bool, list[str]]:
        handed_over = hand_over(DataDirectory(data_dir).control_socket, "tel:+1900555\u202e1234")
        ask(data_dir, "status")
        fields = [window.number.text() for window in windows()]
        ask(data_dir, "quit")
        return handed_over, fields

    assert run_with(core, data_dir, script) == (0, [(True, ["tel:+19005551234"])])
    assert core.session.requests == []


def test_a_link_that_starts_the_app_fills_its_field_and_calls_nobody(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        QTest.keyClicks(app.main_window.number, "half a num")
        app.open_link("sip:a@example.com")
        assert app.main_window.number.text() == "sip:a@example.com"
        assert app.main_window.focusWidget() is app.main_window.number
        assert phone.requests == []
        QTest.keyClick(app.main_window.number, Qt.Key.Key_Return)
        assert phone.requests == [("dial", "sip:a@example.com")]
        QTest.keyClicks(app.main_window.number, "half a num")
        app.open_link("sip:a@example.com")
        app.main_window.number.undo()
        assert app.main_window.number.text() == "half a num"

    with_app(run, core, script)


def test_a_setting_lets_links_dial_at_once(qapp, core, data_dir):
    core.settings_store.settings = LINKS_DIAL
    status, _ = run_with(core, data_dir, lambda: ask(data_dir, "quit"), link="sip:a@example.com")
    assert status == 0
    assert core.session.requests == [("dial", "sip:a@example.com")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly(qapp, core, data_dir, number):
    def script() -> None:
        ask(data_dir, "status")
        os.kill(os.getpid(), number)

    assert run_with(core, data_dir, script)[0] == 0
    assert core.closed
    assert signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_core_is_opening_ends_it_too(qapp, data_dir, number):
    async def open_core() -> FakeCore:
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()
        raise AssertionError("not reached")

    assert application.run(open_core, data_dir=data_dir) == 0


def test_a_problem_at_the_start_is_told_and_ends_it(qapp, data_dir, capsys):
    async def open_core() -> FakeCore:
        raise UserFacingError("The database is of a newer version.")

    assert application.run(open_core, data_dir=data_dir) == 1
    assert capsys.readouterr().err == "softphone: The database is of a newer version.\n"


def test_a_data_directory_that_cannot_be_written_is_told(qapp, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert application.run(lambda: pytest.fail("opened"), data_dir=tmp_path / "file" / "data") == 1
    assert "cannot be written" in capsys.readouterr().err


def test_the_prompt_is_made_ready_once_the_window_has_been_painted(run, core):
    async def script(app: App) -> None:
        await until(app.prompt.windowHandle)
        assert not app.prompt.isVisible()

    with_app(run, core, script)


def test_requests_before_the_core_is_up_wait_for_it(qapp, core: FakeCore, data_dir, monkeypatch):
    asked: list[str] = []
    answer = ControlRequests.answer

    async def heard(requests: ControlRequests, verb: str, request: Mapping[str, object]) -> object:
        asked.append(verb)
        return await answer(requests, verb, request)

    monkeypatch.setattr(ControlRequests, "answer", heard)
    answers: list[object] = []
    tasks: list[asyncio.Task[None]] = []

    async def ask_early() -> None:
        answers.append(await asyncio.to_thread(ask, data_dir, "agent-status"))
        await asyncio.to_thread(ask, data_dir, "quit")

    async def open_slowly() -> FakeCore:
        tasks.append(asyncio.create_task(ask_early()))
        await until(lambda: asked)
        assert answers == []
        return core

    assert application.run(open_slowly, data_dir=data_dir) == 0
    assert answers == [{"agent_status": "available"}]


def test_no_display_is_told(qapp, monkeypatch, capsys, data_dir):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert application.run(lambda: pytest.fail("opened"), data_dir=data_dir) == 1
    assert "display" in capsys.readouterr().err


def test_an_exception_in_a_slot_is_logged_and_the_app_goes_on(qapp, core: FakeCore, data_dir, caplog):
    def explode() -> None:
        raise ZeroDivisionError("a bug")

    async def quit_when_logged() -> None:
        await until(lambda: "a bug" in caplog.text)
        await asyncio.to_thread(ask, data_dir, "quit")

    tasks: list[asyncio.Task[None]] = []

    async def open_core() -> FakeCore:
        QTimer.singleShot(0, explode)
        tasks.append(asyncio.create_task(quit_when_logged()))
        return core

    assert application.run(open_core, data_dir=data_dir) == 0
    assert "ZeroDivisionError" in caplog.text


def with_app(run, core: FakeCore, script) -> None:
    async def play() -> None:
        app = await run_app(core)
        try:
            await script(app)
        finally:
            await app.close()

    run(play())


def test_the_prompt_comes_and_goes_with_the_session(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        assert app.main_window.isVisible()
        phone.show(prompt=waiting_prompt())
        assert app.prompt.isVisible()
        phone.show(prompt=None)
        assert not app.prompt.isVisible()

    with_app(run, core, script)


def test_a_missing_password_is_asked_for_and_kept(run, core, phone: FakePhone):
    account = AccountSettings(sip_uri="sip:agent1@example.com", registrar="sip:example.com")
    core.settings_store.settings = Settings(account=account)

    async def script(app: App) -> None:
        app.ask_for_missing_password()
        dialog = await opened(QInputDialog)
        dialog.setTextValue("secret")
        dialog.accept()
        await until(lambda: phone.requests)

    with_app(run, core, script)
    assert core.secrets.passwords == {"sip:agent1@example.com at sip:example.com without TLS": "secret"}
    assert phone.requests == ["settings_changed"]


@pytest.mark.parametrize("change", [{"registrar": "sip:elsewhere.example.net"}, {"transport": "udp"}])
def test_a_password_given_for_one_registrar_by_tls_is_asked_for_again_when_that_changes(
    run, core, phone: FakePhone, change
):
    account = AccountSettings(sip_uri="sip:agent1@example.com", registrar="sip:example.com", transport="tls")
    core.settings_store.settings = Settings(account=account)
    core.secrets.set_password(account.password_name, "known")

    async def script(app: App) -> None:
        app.ask_for_missing_password()
        app.open_settings()
        await until(lambda: not app.background.busy)
        core.settings_store.settings = Settings(account=replace(account, **change))
        assert app.settings is not None
        app.settings.close()
        dialog = await opened(QInputDialog)
        dialog.reject()
        await until(lambda: not app.background.busy)

    with_app(run, core, script)
    assert phone.requests == []


def test_leaving_with_an_open_question_takes_no_time_and_no_password(run, core):
    account = AccountSettings(sip_uri="sip:agent1@example.com", registrar="sip:example.com")
    core.settings_store.settings = Settings(account=account)

    async def script(app: App) -> None:
        app.ask_for_missing_password()
        await until(lambda: isinstance(QApplication.activeModalWidget(), QInputDialog))

    with_app(run, core, script)
    assert QApplication.activeModalWidget() is None
    assert core.secrets.passwords == {}


def test_what_is_to_be_dialled_waits_for_the_user_agent(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(engine=EngineView(0, 0, ""))
        listening = app.signals.receivers(app.signals.view_changed)
        core.settings_store.settings = LINKS_DIAL
        app.open_link("tel:5")
        await until(lambda: app.signals.receivers(app.signals.view_changed) > listening)
        assert phone.requests == []
        phone.show(engine=EngineView(17, 0, ""))
        await until(lambda: phone.requests == [("dial", "tel:5")])

    with_app(run, core, script)


def test_no_password_is_asked_for_without_a_registrar_or_when_there_is_one(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        for registrar in ("", "sip:example.com"):
            core.settings_store.settings = Settings(account=AccountSettings("sip:a@example.com", registrar))
            core.secrets.set_password(core.settings_store.settings.account.password_name, "known")
            app.ask_for_missing_password()
            await until(lambda: not app.background._tasks)
            assert QApplication.activeModalWidget() is None

    with_app(run, core, script)


def test_closing_the_window_ends_the_app(run, core):
    async def script(app: App) -> None:
        app.main_window.close()
        assert await app.done.wait()

    with_app(run, core, script)


def test_closing_the_window_in_a_call_asks_first(run, core, phone: FakePhone):
    phone.show(calls=(a_call(),))

    async def script(app: App) -> None:
        app.main_window.close()
        await until(QApplication.activeModalWidget)
        QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Return)
        await until(lambda: QApplication.activeModalWidget() is None)
        assert not app.done.is_set()
        app.main_window.close()
        box = await opened(QMessageBox)
        quitting = next(button for button in box.buttons() if button.text() == "End calls and quit")
        QTest.mouseClick(quitting, Qt.MouseButton.LeftButton)
        await app.done.wait()

    with_app(run, core, script)


@pytest.mark.parametrize("in_a_call", [False, True])
def test_closing_the_window_asks_about_what_is_typed_in_the_settings(run, core, phone: FakePhone, in_a_call):
    core.team = FakeTeamStore(UserProfile("agent1", "Agent One"))
    phone.show(calls=(a_call(),) if in_a_call else ())

    async def script(app: App) -> None:
        app.open_settings()
        assert app.settings is not None
        app.settings.account.username.put("somebody")
        click(app.settings.users.edit_button)
        dialog = await opened(UserDialog)
        retype(dialog.name, "Other")
        app.main_window.close()
        question = await answer("Cancel")
        assert ("You have calls." in question) == in_a_call
        assert "There are unsaved changes: Account, Edit Agent One." in question
        assert not app.done.is_set()
        app.main_window.close()
        await answer("End calls and quit" if in_a_call else "Discard changes and quit")
        await app.done.wait()

    with_app(run, core, script)


def test_the_call_log_is_read_again_whenever_it_says_so(run, core):
    async def script(app: App) -> None:
        log = app.main_window.log.list
        core.call_log.become(A_RECORD)
        await until(lambda: log.count() == 1)
        core.call_log.become(replace(A_RECORD, call="c2", remote_name="Bob"), A_RECORD)
        await until(lambda: texts_of(log) == ["↙ Bob", "↙ Alice"])

    with_app(run, core, script)
    core.call_log.become()  # the log outlives the windows


def test_a_log_that_changes_all_the_time_is_read_one_at_a_time_and_once_more_at_the_end(run, core):
    reading, most, reads = 0, 0, 0
    all_told = asyncio.Event()

    async def recent(_limit: int) -> list[object]:
        nonlocal reading, most, reads
        reading, reads = reading + 1, reads + 1
        most = max(most, reading)
        await all_told.wait()
        reading -= 1
        return list(core.call_log.records)

    core.call_log.recent = recent

    async def script(app: App) -> None:
        for number in range(50):
            core.call_log.become(replace(A_RECORD, remote_name=f"Caller {number}"))
            await asyncio.sleep(0)
        all_told.set()
        await until(lambda: (item := app.main_window.log.list.item(0)) and item.text() == "↙ Caller 49")

    with_app(run, core, script)
    assert most == 1
    assert reads <= 3


@pytest.mark.parametrize("shared", [False, True])
def test_a_log_that_cannot_be_read_keeps_what_was_read_and_the_teams_has_a_quiet_sign(run, core, phone, shared):
    phone.show(team=TeamHealth(online=False, shared=shared))
    readable = core.call_log.recent

    async def refuse(_limit: int) -> list[object]:
        raise UserFacingError("The database cannot be reached.")

    async def script(app: App) -> None:
        log, notices = app.main_window.log, app.main_window.notices
        empty = next(label for label in log.findChildren(PlainLabel) if label.text())
        assert empty.text() == "No calls yet"
        core.call_log.recent = refuse
        core.call_log.become(A_RECORD)
        await until(lambda: empty.text() == "The call log cannot be read at the moment")
        core.call_log.recent = readable
        core.call_log.become(A_RECORD)
        await until(lambda: log.list.count() == 1)
        core.call_log.recent = refuse
        core.call_log.become()
        await until(lambda: not app.background.busy)
        assert log.list.count() == 1
        assert [notice.text for notice in notices.notices] == ["The database cannot be reached."] * (not shared)

    with_app(run, core, script)


def test_the_log_names_colleagues_and_not_oneself(run, core):
    core.team = FakeTeamStore(UserProfile("agent1", "Agent One"), UserProfile("agent2", "Agent Two"))
    core.settings_store.settings = Settings(agent=AgentSettings("agent1"))
    picked_up = replace(A_RECORD, outcome=Outcome.PICKED_UP, held_for_anyone=True, continued_by="agent2")
    theirs = replace(A_RECORD, agent="agent2", outcome=Outcome.ANSWERED, continues="agent1")

    async def script(app: App) -> None:
        core.call_log.become(theirs, picked_up, replace(theirs, agent="gone", continues="agent2"))
        await until(lambda: app.main_window.log.list.count() == 3)
        lines = [item.data(DETAIL).split(" · ")[1:-2] for item in items_of(app.main_window.log.list)]
        assert lines == [
            ["Agent Two", "picked up from you", "answered"],
            ["picked up by Agent Two"],
            ["gone", "picked up from Agent Two", "answered"],
        ]

    with_app(run, core, script)


def test_a_call_of_the_log_is_explained_beside_the_windows(run, core):
    core.call_log.records = [A_RECORD]

    async def script(app: App) -> None:
        log = app.main_window.log
        await until(log.list.count)
        log.list.setCurrentRow(0)
        QTest.mouseClick(log.details, Qt.MouseButton.LeftButton)
        details = app.main_window.findChild(CallDetails)
        assert (details.isVisible(), details.isModal()) == (True, False)
        assert "The caller gave up." in " ".join(details.explanation.steps.sentences)

    with_app(run, core, script)


def test_nothing_of_the_windows_is_left(run, core):
    async def script(app: App) -> None:
        app.open_settings()
        app.open_settings()

    with_app(run, core, script)
    QApplication.sendPostedEvents()
    assert not [
        widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow) and widget.isVisible()
    ]
