"""The colleagues."""
