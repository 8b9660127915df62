"""What went wrong in this call? In plain words, with what was noted underneath."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from ui.widgets.explanation_view import SentenceList
from ui.widgets.labels import PlainLabel
from ui.widgets.sizes import open_at

WIDTH, HEIGHT = 80, 30  # letters and lines


class CallStory(QDialog):
    """Sentences first; the facts are for whoever wants to know more."""

    def __init__(self, sentences: Sequence[str], facts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What went wrong in this call?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.words = SentenceList()
        self.words.show_sentences(sentences)
        self.facts = QPlainTextEdit("\n".join(facts))
        self.facts.setAccessibleName(self.tr("What was noted"))
        self.facts.setReadOnly(True)
        self.facts.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(self.words)
        rows.addWidget(PlainLabel(self.tr("What was noted"), faint=True))
        rows.addWidget(self.facts, 1)
        rows.addWidget(self.buttons)
        open_at(self, WIDTH, HEIGHT)
