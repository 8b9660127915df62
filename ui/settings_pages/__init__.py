"""Pages of the settings window."""
