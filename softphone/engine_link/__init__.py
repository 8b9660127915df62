"""The parent's side of the engine process, and the messages both sides speak."""
