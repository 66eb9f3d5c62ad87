"""A worker process that is told what to do on its standard input, a JSON object a line.

``python -m bench.worker`` answers each with one line; what can be asked is in bench/tasks.py, such as
{"do": "receive", "institution", "path", "format", "action"} and then {"do": "work", "institution"}. Only the
work is measured: the file is in storage by then.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django


def main() -> None:
    django.setup()
    from bench import tasks

    does: dict[str, Callable[..., dict[str, Any]]] = {
        "institution": tasks.make_institution,
        "template": tasks.make_template,
        "receive": tasks.receive,
        "work": tasks.work,
        "request_export": tasks.request_export,
        "work_export": tasks.work_export,
        "bare_export": tasks.bare_export,
        "request_report": tasks.request_report,
        "work_report": tasks.work_report,
        "bare_report": tasks.bare_report,
    }
    # Whatever else writes to standard output must not get between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        answers.write(json.dumps(does[asked.pop("do")](**asked)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
