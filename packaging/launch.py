"""Where the frozen app starts: the same command line as the installed one."""

from __future__ import annotations

import sys

from softphone.cli import main

if __name__ == "__main__":
    sys.exit(main())
