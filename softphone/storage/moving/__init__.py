"""Moving a team's data from one database to another."""
