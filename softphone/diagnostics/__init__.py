"""Logs, doctor: what works and what does not."""
