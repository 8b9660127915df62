"""The finished calls."""
