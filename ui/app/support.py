"""What of the running app goes into a support bundle: versions, what it shows, and its flight recorder."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic

from softphone import __version__
from softphone.diagnostics.flight_recorder import FlightRecorder
from softphone.diagnostics.support_bundle import Part
from softphone.model.printable import printable_json
from softphone.ports import AgentPhone
from softphone.session.control.report import status_report
from ui.settings.about_page import versions


def bundle_parts(phone: AgentPhone, recorder: FlightRecorder) -> tuple[Part, ...]:
    """Of this moment."""
    view = phone.view
    head = f"Softphone {__version__}\n{versions(view.engine.library)}\nstarted {recorder.since:%Y-%m-%d %H:%M:%SZ}\n"
    report = status_report(view, monotonic(), datetime.now(UTC))
    lines = [recorded.line for recorded in recorder.recent()]
    return (
        Part("versions.txt", head),
        Part("status.json", printable_json(report, indent=2)),
        Part("flight-recorder.txt", "\n".join(lines)),
    )
