"""A note for colleagues about a caller one holds."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QTextCursor
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from softphone.model.view import HeldCallView, SessionView
from ui.shared import texts
from ui.widgets.labels import PlainLabel
from ui.widgets.sizes import open_at

MOST_LETTERS = 200
WIDTH, HEIGHT = 44, 9  # letters and lines


class NoteField(QPlainTextEdit):
    """One sentence or two: Enter is done, Tab goes on, and there is an end to it."""

    finished = pyqtSignal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Note"))
        self.textChanged.connect(self._cut)
        self._cut()
        self.moveCursor(QTextCursor.MoveOperation.End)

    def note(self) -> str:
        """What was typed, on one line."""
        return " ".join(self.toPlainText().split())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """A note has no paragraphs."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finished.emit()
        else:
            super().keyPressEvent(event)

    def _cut(self) -> None:
        text = self.toPlainText()
        if len(text) > MOST_LETTERS:
            place = min(self.textCursor().position(), MOST_LETTERS)
            self.setPlainText(text[:MOST_LETTERS])
            cursor = self.textCursor()
            cursor.setPosition(place)
            self.setTextCursor(cursor)


class NoteDialog(QDialog):
    """Asks for the note; goes by itself when the caller is not held any more."""

    written = pyqtSignal(str)

    def __init__(self, held: HeldCallView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._held = held
        name = texts.caller(held.remote)
        self.setWindowTitle(self.tr("Note about {name}").format(name=name))
        self.field = NoteField(texts.plain(held.note))
        self.field.finished.connect(self._save)
        self.left = PlainLabel(faint=True)
        self.field.textChanged.connect(self._count)
        words = PlainLabel(self.tr("What should the colleague who picks up {name} know?").format(name=name))
        words.wrap()
        words.setBuddy(self.field)
        foot = QHBoxLayout()
        foot.addWidget(self.left, 1)
        foot.addWidget(self._make_buttons())
        rows = QVBoxLayout(self)
        for widget in (words, self.field):
            rows.addWidget(widget)
        rows.addLayout(foot)
        self._count()
        open_at(self, WIDTH, HEIGHT)

    def follow(self, view: SessionView) -> None:
        """A note about nobody is of no use."""
        if view.held_call(self._held.id) is None:
            self.reject()

    def _make_buttons(self) -> QDialogButtonBox:
        self.save, self.cancel = QPushButton(self.tr("&Save Note")), QPushButton(self.tr("Cancel"))
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        buttons = QDialogButtonBox()
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        return buttons

    def _count(self) -> None:
        left = MOST_LETTERS - len(self.field.toPlainText())
        self.left.setText(texts.counted(left, self.tr("1 character left"), self.tr("{count} characters left")))

    def _save(self) -> None:
        self.accept()
        self.written.emit(self.field.note())
