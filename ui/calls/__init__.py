"""The calls of this agent and the callers held for anyone."""
