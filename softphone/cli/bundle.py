"""``softphone doctor --bundle FILE``: what a supporter needs to see, its contents listed as it is saved."""

from __future__ import annotations

from pathlib import Path

from softphone.cli.terminal import tell
from softphone.config.paths import DataDirectory
from softphone.config.settings_store import TomlSettingsStore
from softphone.diagnostics.support_bundle import Part, masked, parts_of, save
from softphone.errors import NotRunningError, UserFacingError
from ui.app.control_client import ControlClient

SUPPORT_VERB = "support"


def save_bundle(data: DataDirectory, examined: str, file: Path, *, mask: bool) -> None:
    """Save *examined*, what the running app tells, settings and logs. Raises UserFacingError."""
    parts = parts_of(data.log_directory, data.settings_file, [Part("doctor.txt", examined), *_of_the_app(data)])
    if mask or _masks(data):
        parts = masked(parts)
    save(parts, file)
    listed = "\n".join(f"  {part.name}  {len(part.text):,} characters" for part in parts)
    tell(f"{file} has, with passwords, keys and tokens blanked:\n{listed}\nRead it before you send it.")


def _of_the_app(data: DataDirectory) -> list[Part]:
    try:
        with ControlClient(data.control_socket) as client:
            told = client.request(SUPPORT_VERB)
    except NotRunningError:
        return []
    return [Part(str(name), str(text)) for name, text in told] if isinstance(told, list) else []


def _masks(data: DataDirectory) -> bool:
    try:
        return TomlSettingsStore(data.settings_file).load().diagnostics.mask_numbers
    except UserFacingError:
        return True
