"""Runs the policies over the ports."""
