"""A softphone for call-centre agents whose heart is call waiting on the agent's direct line."""

__version__ = "0.1.0"
