"""The admin's side: who the users are, what happens to their callers, and this machine's options."""
