"""What ``softphone ctl`` asks of the running app, and how it is answered."""
