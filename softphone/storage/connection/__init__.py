"""How a database is reached: its address, its connections, what goes wrong with them, and what changes in it."""
