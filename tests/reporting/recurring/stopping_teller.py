"""A process that tells what waits; a receiver that never answers holds it where a test may kill it.

Run as ``python -m tests.reporting.recurring.stopping_teller``; what it does is the product's own code.
"""

from __future__ import annotations

import django


def main() -> None:
    django.setup()

    from reporting.tasks import tell

    tell()


if __name__ == "__main__":
    main()
