"""Picking up a caller another agent holds."""
