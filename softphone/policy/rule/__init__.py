"""The rule: what a new call gets, where unanswered callers go, and both explained."""
