"""Call control: one state machine for every call the agent has."""
