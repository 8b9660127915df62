"""Devices and volumes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import fields, replace

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QSlider

from softphone.model.settings import SoundSettings
from softphone.model.view import SoundView
from ui.background import Background
from ui.core_bridge import CorePort
from ui.settings_pages.form_page import FormPage

PERCENT = 100
DEVICES = ("microphone", "headset", "ringer")
VOLUMES = ("speech_volume", "ring_volume", "beep_volume")
NONE = "none"


class SoundPage(FormPage):
    """One row per option, with the label and range its declaration has."""

    def __init__(self, core: CorePort, background: Background) -> None:
        super().__init__(background)
        self._core = core
        sound = core.settings_store.load().sound
        help_texts = {field.name: field for field in fields(SoundSettings)}
        self.devices = {name: self._device_box(name, sound, core.session.view.sound) for name in DEVICES}
        self.volumes = {name: self._slider(name, sound) for name in VOLUMES}
        for name, widget in (*self.devices.items(), *self.volumes.items()):
            self.add_row(self.tr(str(help_texts[name].metadata["help"])), widget)

    def save(self) -> Coroutine[object, object, object]:
        """Take over what is chosen."""
        chosen: dict[str, str | float] = {name: self._device(name) for name in DEVICES}
        chosen |= {name: slider.value() / PERCENT for name, slider in self.volumes.items()}
        return self._store(chosen)

    async def _store(self, chosen: dict[str, str | float]) -> None:
        store = self._core.settings_store
        settings = store.load()
        sound = replace(settings.sound, **chosen)  # type: ignore[arg-type]  # names and types are those of the fields
        await asyncio.to_thread(store.save, replace(settings, sound=sound))
        self._core.session.settings_changed()

    def _device_box(self, name: str, sound: SoundSettings, used: SoundView) -> QComboBox:
        box = QComboBox()
        box.setEditable(True)
        box.addItem(self.tr("System default"), "")
        box.addItem(self.tr("No device"), NONE)
        configured = str(getattr(sound, name))
        for device in dict.fromkeys((configured, str(getattr(used, name)))):
            if device and device != NONE:
                box.addItem(device, device)
        box.setCurrentIndex(max(0, box.findData(configured)))
        return box

    def _device(self, name: str) -> str:
        box = self.devices[name]
        index = box.findText(box.currentText())
        return str(box.itemData(index)) if index >= 0 else box.currentText().strip()

    def _slider(self, name: str, sound: SoundSettings) -> QSlider:
        declared = next(field for field in fields(SoundSettings) if field.name == name)
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(round(declared.metadata["low"] * PERCENT), round(declared.metadata["high"] * PERCENT))
        slider.setPageStep(10)
        slider.setValue(round(getattr(sound, name) * PERCENT))
        return slider
