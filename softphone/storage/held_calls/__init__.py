"""The team's list of callers held for anyone."""
