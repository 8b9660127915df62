"""The demo: call waiting on a direct line, shown and proved without an account, a server or a sound card."""

from softphone.demo.command import run_demo

__all__ = ["run_demo"]
