"""Who is calling, which number they dialled, how long they wait, and what happens next and when."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from softphone.model.view import CallerView
from ui.shared import texts
from ui.widgets.labels import ElidedLabel, PlainLabel

STEPS = 1000


class CallerCard(QWidget):
    """The front caller of the prompt."""

    def __init__(self) -> None:
        super().__init__()
        self._offer: CallerView | None = None
        self.name = ElidedLabel(scale=1.9, bold=True)
        self.number = ElidedLabel(scale=1.25)
        self.called = ElidedLabel()
        self.waiting = PlainLabel()
        self.next = PlainLabel(bold=True)
        self.left = QProgressBar()
        self.left.setMaximum(STEPS)
        self.left.setTextVisible(False)
        self.left.setFixedHeight(8)
        self.left.setAccessibleName(self.tr("Ring time left"))
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.waiting)
        line.addStretch(1)
        line.addWidget(self.next)
        line.addWidget(self.left, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(3)
        for label in (self.name, self.number, self.called):
            rows.addWidget(label)
        rows.addSpacing(6)
        rows.addLayout(line)

    def show_caller(self, offer: CallerView, now: float) -> None:
        """Show this caller."""
        if offer != self._offer:
            self._offer = offer
            self.name.setText(texts.caller(offer.remote))
            self.number.setText(texts.caller_number(offer.remote))
            dialled = (texts.plain(offer.label), texts.number(offer.tracking_number_text or offer.tracking_number))
            called = " · ".join(part for part in dialled if part)
            self.called.setText(self.tr("called {number}").format(number=called) if called else "")
            for label in (self.number, self.called):
                label.setVisible(bool(label.text()))
        self.tick(now)

    def tick(self, now: float) -> None:
        """Move the clocks on."""
        if self._offer is None:
            return
        offer = self._offer
        self.waiting.setText(self.tr("waiting {time}").format(time=texts.clock(now - offer.arrived)))
        self.next.setText(texts.what_next(offer, now))
        whole = max(0.001, offer.deadline - offer.arrived)
        self.left.setValue(round(STEPS * min(1.0, max(0.0, (offer.deadline - now) / whole))))


class FurtherCallers(QWidget):
    """The callers behind the front one, each with their own countdown."""

    def __init__(self) -> None:
        super().__init__()
        self._offers: tuple[CallerView, ...] = ()
        self._rows: list[tuple[ElidedLabel, PlainLabel]] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self.setAccessibleName(self.tr("Also waiting"))
        self.hide()

    @property
    def lines(self) -> tuple[str, ...]:
        """What is shown, as text."""
        return tuple(f"{who.text()} {when.text()}" for who, when in self._rows)

    def show_callers(self, offers: tuple[CallerView, ...], now: float) -> None:
        """Show these callers."""
        self._offers = offers
        while len(self._rows) > len(offers):
            self._drop_row()
        while len(self._rows) < len(offers):
            self._add_row()
        for offer, (who, _) in zip(offers, self._rows, strict=True):
            number = texts.caller_number(offer.remote)
            who.setText(" · ".join(part for part in (texts.caller(offer.remote), number) if part))
        self.setVisible(bool(offers))
        self.tick(now)

    def tick(self, now: float) -> None:
        """Move the clocks on."""
        for offer, (_, when) in zip(self._offers, self._rows, strict=True):
            when.setText(f"{texts.clock(now - offer.arrived)}  {texts.what_next(offer, now)}")

    def _add_row(self) -> None:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        labels = (ElidedLabel(), PlainLabel(faint=True))
        line.addWidget(labels[0], 1)
        line.addWidget(labels[1])
        self._layout.addWidget(row)
        self._rows.append(labels)

    def _drop_row(self) -> None:
        row = self._rows.pop()[0].parentWidget()
        if row is not None:
            row.hide()
            row.deleteLater()
