"""Python runs this at its start when this folder is on PYTHONPATH: the process then tells which way parcels take."""

import os

if os.environ.get("WALK_FILE"):
    from tests.lab import walk

    walk.begin(os.environ["WALK_FILE"])
