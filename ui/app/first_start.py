"""The first start: the account, and who sits here. All of it can be skipped, and changed later in the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from PyQt6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ui.settings.account_page import AccountPage
from ui.settings.agent_choice import AgentChoice
from ui.shared.background import Background, while_there
from ui.shared.core import CorePort
from ui.widgets.banner import Banner
from ui.widgets.labels import PlainLabel
from ui.widgets.sizes import open_at
from ui.widgets.status_icon import StatusKind

WIDTH, HEIGHT = 82, 32  # letters and lines
WELCOME, ACCOUNT, PERSON = range(3)


class FirstStart(QDialog):
    """Three steps, each saved as it is left; it does not come again.

    *tell* gets the problem when not even the skipping can be noted.
    """

    def __init__(
        self,
        core: CorePort,
        background: Background,
        start_demo: Callable[[], bool],
        tell: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Set up the softphone"))
        self._core, self._background = core, background
        self._start_demo, self._tell = start_demo, tell
        self._busy = False
        self.account = AccountPage(core, background)
        self.account.save_button.hide()
        self.person = AgentChoice(core)
        self.steps = QStackedWidget()
        self.problem = Banner(StatusKind.BAD)
        self._make_buttons()
        self._lay_out()
        self._wire()
        open_at(self, WIDTH, HEIGHT)
        self._go(WELCOME)

    def reject(self) -> None:
        """Skipping is remembered: it is not asked again."""
        if not self._busy:
            self._background.save(self._note_skipping(), lambda: None, self._tell)
            super().reject()

    def _make_buttons(self) -> None:
        self.demo_button = QPushButton(self.tr("Try the &Demo"))
        self.skip_button = QPushButton(self.tr("S&kip"))
        self.back_button = QPushButton(self.tr("&Back"))
        self.next_button = QPushButton()
        for button in (self.demo_button, self.skip_button, self.back_button):
            button.setAutoDefault(False)
        self.next_button.setDefault(True)

    def _lay_out(self) -> None:
        welcome = self.tr("While you are on a call, this softphone shows you who else calls your direct line.")
        steps = self.tr(
            "Setting it up takes two steps: your account, and who you are. You can change both later in the settings."
        )
        demo = self.tr("The demo needs no account: it brings two callers of its own.")
        for title, widgets in (
            (self.tr("Welcome"), (_words(welcome), _words(steps), _words(demo))),
            (self.tr("Your account"), (self.account,)),
            (
                self.tr("Who are you?"),
                (_words(self.tr("It decides which direct lines and which queue are yours.")), self.person),
            ),
        ):
            self.steps.addWidget(_step(title, *widgets))
        bottom = QHBoxLayout()
        bottom.addWidget(self.demo_button)
        bottom.addStretch(1)
        for button in (self.skip_button, self.back_button, self.next_button):
            bottom.addWidget(button)
        rows = QVBoxLayout(self)
        rows.addWidget(self.steps, 1)
        rows.addWidget(self.problem)
        rows.addLayout(bottom)

    def _wire(self) -> None:
        self.demo_button.clicked.connect(self._try_demo)
        self.skip_button.clicked.connect(self.reject)
        self.back_button.clicked.connect(lambda: self._go(self.steps.currentIndex() - 1))
        self.next_button.clicked.connect(self._on_next)
        self.account.edited.connect(self._offer)
        self.person.edited.connect(self._offer)

    def _go(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self.problem.set_text("")
        words = {WELCOME: self.tr("&Set Up"), ACCOUNT: self.tr("&Next"), PERSON: self.tr("&Finish")}
        self.next_button.setText(words[step])
        self.back_button.setVisible(step != WELCOME)
        if step == PERSON:
            self.person.refresh()
        first = {WELCOME: self.next_button, ACCOUNT: self.account.sip_uri.control, PERSON: self.person.login}
        first[step].setFocus()
        self._offer()

    def _offer(self) -> None:
        """Only what is right leads on."""
        problems = {ACCOUNT: self.account.problems, PERSON: self.person.problems}.get(self.steps.currentIndex())
        self.next_button.setEnabled(not self._busy and not (problems and problems()))
        self.back_button.setEnabled(not self._busy)
        self.skip_button.setEnabled(not self._busy)

    def _on_next(self) -> None:
        step = self.steps.currentIndex()
        if step == ACCOUNT and self.account.changed:
            self._save(self.account.work(), self._account_saved)
        elif step == PERSON:
            self._save(self.person.save(), self.accept)
        else:
            self._go(step + 1)

    def _account_saved(self) -> None:
        self.account.saved()
        self._go(PERSON)

    def _save(self, work: Coroutine[object, object, object], then: Callable[[], None]) -> None:
        def finished() -> None:
            self._set_busy(False)
            then()

        def failed(words: str) -> None:
            self._set_busy(False)
            self.problem.set_text(words)

        self._set_busy(True)
        self.problem.set_text("")
        self._background.save(work, while_there(self, finished), while_there(self, failed))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.steps.setEnabled(not busy)
        self._offer()

    async def _note_skipping(self) -> None:
        store = self._core.settings_store
        await asyncio.to_thread(lambda: store.save(store.load()))

    def _try_demo(self) -> None:
        started = self._start_demo()
        self.problem.set_text("" if started else self.tr("The demo could not be started."))


def _words(text: str) -> PlainLabel:
    label = PlainLabel(text)
    label.setWordWrap(True)
    return label


def _step(title: str, *widgets: QWidget) -> QWidget:
    step = QWidget()
    rows = QVBoxLayout(step)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.addWidget(PlainLabel(title, scale=1.5, bold=True))
    for widget in widgets:
        rows.addWidget(widget, 1 if isinstance(widget, AccountPage) else 0)
    if not any(isinstance(widget, AccountPage) for widget in widgets):
        rows.addStretch(1)
    return step
