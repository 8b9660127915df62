"""Users and tracking numbers, and who has the right to what."""
