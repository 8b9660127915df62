"""Why a call goes the way it goes: one sentence a rule, and the timeline."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from softphone.policy.rule.explain import Moment
from ui.shared.texts import plain
from ui.widgets.labels import PlainLabel
from ui.widgets.timeline import TimelineView


class SentenceList(QWidget):
    """Sentences in their order, each with a bullet and a hanging indent."""

    def __init__(self) -> None:
        super().__init__()
        self._sentences: tuple[str, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is shown."""
        return self._sentences

    def show_sentences(self, sentences: Sequence[str]) -> None:
        """Show these."""
        wanted = tuple(plain(sentence) for sentence in sentences)
        if wanted == self._sentences:
            return
        self._sentences = wanted
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row, sentence in enumerate(wanted):
            words = PlainLabel(sentence)
            words.setWordWrap(True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(PlainLabel("•", faint=True), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, row, 1)
        self.setAccessibleName(" ".join(wanted))


class ExplanationView(QWidget):
    """What a caller gets, in a few bold words if there are any; then why; then what happens when."""

    def __init__(self) -> None:
        super().__init__()
        self.verdict = PlainLabel(bold=True, scale=1.1)
        self.verdict.setWordWrap(True)
        self.steps = SentenceList()
        self.timeline = TimelineView()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.verdict)
        rows.addWidget(self.steps)
        rows.addSpacing(self.fontMetrics().height() // 2)
        rows.addWidget(self.timeline)

    def show_words(self, verdict: str, steps: Sequence[str], moments: Sequence[Moment]) -> None:
        """Show an explanation."""
        self.verdict.setText(plain(verdict))
        self.verdict.setVisible(bool(verdict))
        self.steps.show_sentences(steps)
        self.timeline.show_moments(moments)
