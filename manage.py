#!/usr/bin/env python
"""The commands of edu-csv; ``manage.py help`` lists them."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_csv.settings.dev")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        # A setting that makes no sense is the operator's matter: a sentence, not a traceback.
        print(refusal, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
