"""Devices and volumes."""

from __future__ import annotations

from PyQt6.QtWidgets import QComboBox, QSizePolicy, QWidget

from ui.settings.options_page import OptionsPage
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.widgets.option_fields import OptionField

DEVICES = ("microphone", "headset", "ringer")
VOLUMES = ("speech_volume", "ring_volume", "beep_volume")
NONE = "none"


class SoundPage(OptionsPage):
    """Devices by name, with the ones in use to choose from; volumes."""

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(core, background, parent)
        used = core.session.view.sound
        self.devices = {
            name: self.add_option("sound", name, field=self._device_field(str(getattr(used, name)))) for name in DEVICES
        }
        self.volumes = {name: self.add_option("sound", name) for name in VOLUMES}
        self.begin()

    def _device_field(self, used: str) -> OptionField:
        """The system's default, none, the device in use, or any other by its name."""
        box = QComboBox()
        box.setEditable(True)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.addItem(self.tr("System default"), "")
        box.addItem(self.tr("No device"), NONE)
        if used and used != NONE:
            box.addItem(used, used)

        def value() -> str:
            index = box.findText(box.currentText())
            return str(box.itemData(index)) if index >= 0 else box.currentText().strip()

        def put(device: str) -> None:
            if box.findData(device) < 0:
                box.addItem(device, device)
            box.setCurrentIndex(box.findData(device))

        return OptionField(box, value, put, box.currentTextChanged)
