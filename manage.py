#!/usr/bin/env python
"""The commands of edu-csv; ``manage.py help`` lists them."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured

from edu_csv.local import command_line
from edu_csv.local.refusal import StartRefused


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_csv.settings.dev")
    from django.core.management import execute_from_command_line

    command_line.take_data_dir(sys.argv[1:])
    try:
        with command_line.database_for(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except (StartRefused, ImproperlyConfigured) as refusal:
        # The machine or a setting is the operator's matter: a sentence, not a traceback.
        print(refusal, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
