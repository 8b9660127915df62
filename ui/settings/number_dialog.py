"""Edit a tracking number: the number in any form, its label, where it leads, and what a call to it would get."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QFormLayout, QWidget

from softphone.errors import GoneError, UserFacingError
from softphone.model.options import declared
from softphone.model.profile import Route, RouteKind, TrackingNumber
from softphone.policy.admin.checks import check_number
from ui.settings.route_field import RouteField
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.shared.texts import number
from ui.widgets.edit_dialog import EditDialog
from ui.widgets.fields import text_field
from ui.widgets.labels import PlainLabel
from ui.widgets.mnemonics import Mnemonics
from ui.widgets.try_a_call import TryACallPanel

NEW = TrackingNumber("", "", Route(RouteKind.AGENT, ""))


class NumberDialog(EditDialog[TrackingNumber]):
    """One tracking number; *e164* is empty for a new one, which may start out *like* another."""

    def __init__(
        self,
        core: CorePort,
        background: Background,
        e164: str,
        parent: QWidget | None = None,
        *,
        like: TrackingNumber | None = None,
    ) -> None:
        line = core.team.team.tracking_number(e164) if e164 else NEW
        if line is None:
            raise GoneError(_tr("The tracking number {number} was deleted meanwhile.").format(number=e164))
        super().__init__(_title(core, e164), background, parent)
        self._core, self._e164 = core, e164
        self._make_controls()
        self.sections.add_section(self.tr("General"), self._general())
        self.sections.add_section(self.tr("Try a call"), self.try_a_call)
        self.show_value(line)
        self.begin()
        if like is not None:
            self.show_value(TrackingNumber("", like.label, like.route))
        self.number.setFocus()

    def value(self) -> TrackingNumber:
        """The number as entered; what is no number stays as it was typed, for the check to tell."""
        text = self.number.text().strip()
        return TrackingNumber(self._core.numbers.to_e164(text) or text, self.label.text().strip(), self.route.value())

    def show_value(self, value: TrackingNumber) -> None:
        """Enter *value*, its number as people write it."""
        self.number.setText(self._core.numbers.for_people(value.number))
        self.label.setText(value.label)
        self.route.show_value(value.route)

    def stored(self) -> TrackingNumber | None:
        """The number as saved."""
        return self._core.team.team.tracking_number(self._e164)

    def revision(self) -> int:
        """The number's; a new one has none."""
        return self._core.team.number_revision(self._e164)

    def problems(self) -> Mapping[str, str]:
        """What the policy says is wrong."""
        return check_number(self.value(), self._core.team.team, self._e164)

    def refresh(self) -> None:
        """The way it is stored, and what a call would get, follow what is typed."""
        super().refresh()
        value = self.value()
        known = self._core.numbers.to_e164(value.number)
        self.stored_as.setText(self.tr("stored as {number}").format(number=number(known)) if known else "")
        wrong = bool(self.problems())
        self.try_a_call.setEnabled(not wrong)
        if not wrong:
            self.try_a_call.show_number(value, self._core.team.team)

    def save(self, value: TrackingNumber, based_on: int) -> Coroutine[object, object, object]:
        """Put the number into the team."""
        if self._e164 and based_on and value.number != self._e164:
            return self._renumber(value, based_on)
        return self._core.team.put_tracking_number(value, based_on=based_on)

    async def _renumber(self, value: TrackingNumber, based_on: int) -> None:
        """Another number is another record; when the old one cannot go, the new one does."""
        store = self._core.team
        await store.put_tracking_number(value, based_on=0)
        try:
            await store.delete_tracking_number(self._e164, based_on=based_on)
        except UserFacingError:
            await store.delete_tracking_number(value.number)
            raise

    def _make_controls(self) -> None:
        self.number, self.label = text_field(placeholder="(555) 123-0001"), text_field()
        self.number.setToolTip(self.tr("Write it in any way you like"))
        self.number.editingFinished.connect(self._tidy)
        self.stored_as = PlainLabel(faint=True)
        self.route = RouteField(self._core.team.team)
        self.try_a_call = TryACallPanel(self._core.numbers)
        self.try_a_call.show_number(None, self._core.team.team)

    def _tidy(self) -> None:
        self.number.setText(self._core.numbers.for_people(self.number.text().strip()))

    def _general(self) -> QWidget:
        section = QWidget()
        form = QFormLayout(section)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        letters = Mnemonics("stgw")  # of Save Changes and Try a call
        for name, control in (("number", self.number), ("label", self.label), ("route", self.route)):
            option = declared(TrackingNumber, name)
            self.add_field(form, name, letters.give(self.tr(option.label)), control)
            if control is self.number:
                form.addRow("", self.stored_as)
        return section


def _tr(text: str) -> str:
    return QCoreApplication.translate("NumberDialog", text)


def _title(core: CorePort, e164: str) -> str:
    if not e164:
        return _tr("New tracking number")
    return _tr("Edit {number}").format(number=number(core.numbers.for_people(e164)))
