"""The app as a whole: its start and end, the main window, the control socket, what ties the windows together."""
