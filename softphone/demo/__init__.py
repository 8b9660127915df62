"""The demo: the real app and real SIP callers on loopback."""
