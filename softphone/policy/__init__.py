"""The rules: pure functions and state machines, events in, commands out. No clock, no I/O."""
