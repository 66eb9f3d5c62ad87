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
_quick = ThreadPoolExecutor(SLOTS, thread_name_prefix="sftp")
# A large file takes a while to get into storage: nobody else waits for that.
_long = ThreadPoolExecutor(SLOTS, thread_name_prefix="sftp-store")


async def ask(
    institution: int | None, question: Callable[Params, Answer], *args: Params.args, **kwargs: Params.kwargs
) -> Answer:
    """What ``question`` answers, asked in a thread that has entered the institution."""
    return await _in(_quick, institution, partial(question, *args, **kwargs))


async def store(
    institution: int, work: Callable[Params, Answer], *args: Params.args, **kwargs: Params.kwargs
) -> Answer:
    """The same for what moves a whole file."""
    return await _in(_long, institution, partial(work, *args, **kwargs))


async def _in(pool: ThreadPoolExecutor, institution: int | None, work: Callable[[], Answer]) -> Answer:
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(pool, context.run, _answer, institution, work)


def _answer(institution: int | None, question: Callable[[], Answer]) -> Answer:
    try:
        with tenancy.use_institution(institution):
            return question()
    finally:
        # A thread that waits for the next client holds none.
        connection.close()
