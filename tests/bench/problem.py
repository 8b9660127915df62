"""What keeps the benchmark from going on, in words."""


class BenchError(Exception):
    """A tool is missing, or a phone did not do what was waited for."""
