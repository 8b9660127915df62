"""The desktop user interface: PyQt6 only, a function of the session's view."""
