"""Holding for anyone, picking up and presence: the session's side of the team."""
