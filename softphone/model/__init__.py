"""Frozen values every other layer speaks of. Standard library only."""
