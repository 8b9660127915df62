"""What admins may enter, and what they are told about it."""
