"""What every window has in common that comes up by itself: polite in how it asks, and not to be closed unanswered.

It is opened with ``open()`` as a top-level window of its own, so it comes up even when the main window is
minimised, and it is not activated: whoever is typing keeps the keyboard. No button is a default one, and keys
are dead at first. What ends it is the call, never the widget: there is no close button, and Escape does nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QKeyEvent, QPalette, QShowEvent
from PyQt6.QtWidgets import QDialog, QVBoxLayout, QWidget

from softphone.errors import UserFacingError
from softphone.ports import AgentPhone
from ui.prompts.early_keys import EarlyKeyFilter
from ui.shared import texts
from ui.widgets.banner import Banner
from ui.widgets.status_icon import StatusKind

TICK_MS = 250
STRIPE_HEIGHT = 4


class Prompt(QDialog):
    """Comes up on the screen of *anchor*. One object follows every change; subclasses show it and move the clocks."""

    def __init__(self, phone: AgentPhone, anchor: QWidget | None, now: Callable[[], float]) -> None:
        flags = Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint
        super().__init__(None, Qt.WindowType.Dialog | flags | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # no button has the focus until Tab gives it to one
        self.phone, self.now, self.anchor = phone, now, anchor
        self.early_keys = EarlyKeyFilter(self, now)
        self.early_keys.guard(self)
        self.refusal = ""
        self.problem = Banner(StatusKind.BAD)
        self.clock = QTimer(self)
        self.clock.setInterval(TICK_MS)
        self.clock.timeout.connect(self.tick)

    def call_id(self) -> str:
        """The call the buttons are about, empty while the prompt is down."""
        raise NotImplementedError

    def tick(self) -> None:
        """Move the clocks on."""
        raise NotImplementedError

    def ask_anew(self) -> None:
        """Another question is asked: what is being typed now was not meant for it, nor the last refusal."""
        self.early_keys.start()
        self.show_problem("")
        self.setFocus()

    def attempt(self, request: Callable[[], object]) -> None:
        """Make a request of the session; a refusal is told here."""
        try:
            request()
        except UserFacingError as error:
            self.show_problem(str(error))
            self.fit()

    def show_problem(self, refusal: str, told_elsewhere: str = "") -> None:
        """Say why the last request was refused, unless there is something more pressing to say."""
        self.refusal = refusal
        self.problem.set_text(texts.plain(told_elsewhere or refusal))

    def come_up(self) -> None:
        """Show it, above dialogs that have come up since; it takes the keyboard from none of them."""
        if self.anchor is not None and (screen := self.anchor.screen()) is not None:
            free = screen.availableGeometry()
            self.move(free.center().x() - self.width() // 2, free.top() + free.height() // 6)
        self.open()
        self.raise_()

    def fit(self) -> None:
        """As high as what is shown, growing downwards."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            width = max(self.width() if self.isVisible() else 0, self.sizeHint().width())
            self.resize(width, layout.totalHeightForWidth(width))

    def rows_under_stripe(self) -> QVBoxLayout:
        """The layout of the prompt: a stripe in the colour of the desktop, found by the eye before it reads."""
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 14, 20, 14)
        stripe = QWidget()
        stripe.setFixedHeight(STRIPE_HEIGHT)
        stripe.setAutoFillBackground(True)
        stripe.setBackgroundRole(QPalette.ColorRole.Highlight)
        rows.addWidget(stripe)
        return rows

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """A window manager's close is no answer: the caller is still there."""
        if event is not None:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Neither Escape nor Enter means anything here."""

    def showEvent(self, event: QShowEvent | None) -> None:
        """The clocks run while somebody can see them."""
        super().showEvent(event)
        self.clock.start()
        window = self.windowHandle()
        if window is not None and QGuiApplication.platformName() == "xcb":
            window.setModality(Qt.WindowModality.NonModal)  # Qt on X11 activates every modal window that it maps

    def hideEvent(self, event: QHideEvent | None) -> None:
        """No clock runs for nobody."""
        super().hideEvent(event)
        self.clock.stop()
