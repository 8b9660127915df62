"""Passing a caller on: to a colleague, or to any number, name or address."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from softphone.model.actions import RequestHangUp, RequestTransfer
from softphone.model.colleague import Availability
from softphone.model.view import CallView, ColleagueView, SessionView
from ui.shared import texts
from ui.team.team_list import ColleagueList, free_first, name_of
from ui.widgets.labels import ElidedLabel, PlainLabel
from ui.widgets.sizes import open_at

WIDTH, HEIGHT = 44, 22  # letters and lines
LOW = 9  # lines, where there are no colleagues to show


class TargetField(QLineEdit):
    """What is typed is a target or a part of a colleague's name; the arrow keys go on to the colleagues."""

    downwards = pyqtSignal()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Down leaves the line."""
        if event is not None and event.key() == Qt.Key.Key_Down:
            self.downwards.emit()
        else:
            super().keyPressEvent(event)


class TransferDialog(QDialog):
    """Asks where to; free colleagues come first. It goes by itself when the call does."""

    target_chosen = pyqtSignal(str)

    def __init__(self, view: SessionView, call: CallView, parent: QWidget | None, now: float) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._call_id, self._view, self._opened = call.id, view, now
        name = texts.caller(call.remote)
        self.setWindowTitle(self.tr("Transfer {name}").format(name=name))
        self.caller = ElidedLabel(name, scale=1.3, bold=True)
        self.field = TargetField()
        self.field.setPlaceholderText(self.tr("number, name or sip: address"))
        self.field.setAccessibleName(self.tr("Number, name or SIP address to transfer the call to"))
        self.field.setClearButtonEnabled(True)
        self.list = ColleagueList()
        self.target = ElidedLabel(faint=True)
        self._make_buttons()
        self._lay_out()
        self.field.textChanged.connect(self._on_typed)
        self.field.downwards.connect(self._to_list)
        self.list.currentItemChanged.connect(self._show_target)
        self.list.itemActivated.connect(self._transfer)
        self.follow(view)
        open_at(self, WIDTH, HEIGHT if view.colleagues else LOW)

    def follow(self, view: SessionView) -> None:
        """Keep up with the call and with the colleagues."""
        self._view = view
        if self._possible() or view.can(RequestHangUp(self._call_id)):  # what is under way with the call may pass
            self._show_colleagues()
        else:
            self.reject()

    def target_text(self) -> str:
        """Where to: the colleague who is chosen, else what was typed."""
        colleague = self.list.chosen()
        return (colleague.address or colleague.login) if colleague else self.field.text().strip()

    def _show_colleagues(self) -> None:
        """Those whose name has in it what was typed; when none has, it is a number or an address."""
        wanted = self.field.text().strip().casefold()
        reachable = [each for each in self._view.colleagues if each.availability is not Availability.SIGNED_OUT]
        matching = [each for each in reachable if self._matches(each, wanted)]
        self.list.show_colleagues(sorted(matching, key=free_first), self._opened)
        self.list.setVisible(bool(self._view.colleagues))
        self._show_target()

    def _possible(self) -> bool:
        return self._view.can(RequestTransfer(self._call_id))

    def _matches(self, colleague: ColleagueView, wanted: str) -> bool:
        return wanted in name_of(colleague).casefold() or wanted in colleague.login.casefold()

    def _on_typed(self) -> None:
        self.list.setCurrentRow(-1)
        self._show_colleagues()

    def _to_list(self) -> None:
        if self.list.count():
            self.list.setCurrentRow(max(0, self.list.currentRow()))
            self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_target(self) -> None:
        colleague, target = self.list.chosen(), self.target_text()
        shown = name_of(colleague) if colleague else texts.plain(target)
        self.target.setText(self.tr("to {target}").format(target=shown) if target else "")
        self.transfer.setAccessibleName(self.tr("Transfer to {target}").format(target=shown) if target else "")
        self.transfer.setEnabled(bool(target) and self._possible() and self._view.prompt is None)

    def _transfer(self) -> None:
        target = self.target_text()
        if target and self.transfer.isEnabled():
            self.accept()
            self.target_chosen.emit(target)

    def _make_buttons(self) -> None:
        self.transfer, self.cancel = QPushButton(self.tr("&Transfer")), QPushButton(self.tr("Cancel"))
        self.transfer.setDefault(True)
        self.transfer.clicked.connect(self._transfer)
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(self.transfer, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.addWidget(PlainLabel(self.tr("Transfer")))
        for widget in (self.caller, self.field, self.list, self.target):
            rows.addWidget(widget)
        rows.setStretchFactor(self.list, 1)
        rows.addStretch()
        rows.addWidget(self.buttons)
        self.field.setFocus()
