"""For processes that tests kill: say that the place is reached, and stay there."""

from __future__ import annotations

import sys
import time

LONGER_THAN_A_TEST_SECONDS = 600


def stop() -> None:
    sys.stdout.write("there\n")
    sys.stdout.flush()
    time.sleep(LONGER_THAN_A_TEST_SECONDS)
