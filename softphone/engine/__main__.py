"""``python -m softphone.engine``: the engine with the real sound bridge."""

from __future__ import annotations

import sys

from softphone.engine.process import run
from softphone.engine.sound.bridge import SoundBridge

if __name__ == "__main__":
    sys.exit(run(SoundBridge))
