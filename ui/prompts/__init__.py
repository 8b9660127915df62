"""Windows that come up by themselves because somebody calls or waits."""
