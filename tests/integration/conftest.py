"""Fixtures every integration test may ask for."""

from tests.integration.sound_server import sound_server

__all__ = ["sound_server"]
