"""kill -9 wherever a file is on its way: nothing is lost, nothing is doubled, and the answer lies beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from edu_csv import storage, tenancy
from imports.models import Import
from tests.jobs.test_kills import take_up_again, worker_stopped_at
from tests.sources.feeding import Feed, courses


@contextmanager
def pickup_stopped_at(place: str, feed: Feed, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.sources.stopping_pickup", str(feed.tenant.pk), str(feed.source.pk), place],
        env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "there\n"
            yield process
        finally:
            process.kill()


def imports_of(feed: Feed) -> list[Import]:
    with tenancy.use_institution(feed.tenant.pk):
        return list(Import.objects.filter(source=feed.source).select_related("job"))


@pytest.mark.parametrize("place", ["reading", "written", "committed"])
def test_a_killed_worker_is_replaced_and_the_file_answered_once(
    place: str, feed: Feed, process_environment: dict[str, str]
) -> None:
    feed.send("a.csv", courses(*(f"LAW{number}" for number in range(50))) + b",No code,C-x\n")
    feed.send("b.csv", courses("NEXT"))
    feed.pick_up()
    [upload] = imports_of(feed)
    with worker_stopped_at(place, feed.tenant, process_environment) as worker:
        assert feed.pick_up() == 0, "the next file waits"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        take_up_again(upload, feed.tenant)
    feed.tenant.work()
    feed.work()
    assert len(feed.codes()) == 51
    assert feed.names("processed") == ["a.csv", "a.csv.failed.csv", "a.csv.log", "b.csv", "b.csv.log"]
    assert feed.names("incoming") == []
    assert len(imports_of(feed)) == 2


def test_killed_while_it_makes_the_import_the_file_still_waits(
    feed: Feed, process_environment: dict[str, str]
) -> None:
    feed.send("a.csv", courses("LAW1"))
    with pickup_stopped_at("import made", feed, process_environment) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert imports_of(feed) == []
    assert [file.state for file in feed.files("incoming")] == ["complete"]
    feed.work()
    assert feed.codes() == {"LAW1"}
    assert len(imports_of(feed)) == 1


@pytest.mark.parametrize("place", ["log stored", "answered"])
def test_killed_while_it_answers_it_answers_again(
    place: str, feed: Feed, process_environment: dict[str, str]
) -> None:
    feed.send("a.csv", courses("LAW1"))
    feed.pick_up()
    feed.tenant.work()
    with pickup_stopped_at(place, feed, process_environment) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert feed.names("incoming") == ["a.csv"]
    feed.work()
    assert feed.names("processed") == ["a.csv", "a.csv.log"]
    # The file and its log: what the killed one had stored was written over.
    assert len(list(storage.list_keys(f"inbox/{feed.tenant.pk}/"))) == 2


def test_two_processes_that_look_after_one_inbox_take_a_file_once(
    feed: Feed, process_environment: dict[str, str]
) -> None:
    feed.send("a.csv", courses("LAW1"))
    feed.send("b.csv", courses("LAW2"))
    program = (
        "import django, sys, uuid; django.setup(); from imports.sources import pickup;"
        "print(pickup.pickup(int(sys.argv[1]), uuid.UUID(sys.argv[2])))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(feed.tenant.pk), str(feed.source.pk)],
            env={**os.environ, **process_environment}, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    taken = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert sorted(taken) == ["0", "0", "1"]
    assert len(imports_of(feed)) == 1
