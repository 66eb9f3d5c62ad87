"""Asking the database and storage from the event loop: in threads, each time for one institution."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import connection

from edu_csv import tenancy

Params = ParamSpec("Params")
Answer = TypeVar("Answer")

# How many clients are served at the same moment; the others wait. Each has a connection meanwhile.
SLOTS = 8
_pool = ThreadPoolExecutor(SLOTS, thread_name_prefix="sftp")


async def ask(
    institution: int | None, question: Callable[Params, Answer], *args: Params.args, **kwargs: Params.kwargs
) -> Answer:
    """What ``question`` answers, asked in a thread that has entered the institution."""
    work = partial(_answer, institution, partial(question, *args, **kwargs))
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool, contextvars.copy_context().run, work)


def _answer(institution: int | None, question: Callable[[], Answer]) -> Answer:
    try:
        with tenancy.use_institution(institution):
            return question()
    finally:
        # A thread that waits for the next client holds none.
        connection.close()
