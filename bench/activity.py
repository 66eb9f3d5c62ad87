"""Reports over ten view events for each enrollment, beside the statements behind them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial

from bench.cluster import ROOT
from bench.parts import MOST_BYTES, measure, say
from bench.report import MIB, Report, Result
from bench.runs import Run, RunFailed, Worker
from bench.stand import Stand

EVENTS_A_ROW = 10
# A week that is over, amid those in which something happened.
WEEK_ENDS_AGO, WEEK = timedelta(days=14), timedelta(days=7)
ASSET_ROUNDS, ASSET_SECONDS = 3, 60


def reports(stand: Stand, report: Report, *, full: bool) -> None:
    """``videoview`` over 7 days beside its bare statement, and ``asset`` over everything."""
    events = EVENTS_A_ROW * report.rows
    today = datetime.now(UTC).date()
    with _watched(stand, events, today) as database:
        ends = today - WEEK_ENDS_AGO
        days = {"start": f"{ends - WEEK}", "end": f"{ends}"}
        ours, bare = "videoview of 7 days, gzipped", "videoview of 7 days, bare COPY … TO STDOUT"
        runs = {
            bare: partial(_bare, stand, database, "videoview", days),
            ours: partial(_report, stand, database, "videoview", days),
        }
        for number in range(report.rounds):
            for name in list(runs) if number % 2 == 0 else reversed(runs):
                measure(report, name, runs[name])
        asset = f"asset over {events:,} view events"
        for _ in range(min(report.rounds, ASSET_ROUNDS)):
            measure(report, asset, partial(_report, stand, database, "asset", {}))
    rows = {run.rows for name in runs for run in report.runs[name]}
    if len(rows) != 1:
        raise RunFailed(f"the report and its bare statement gave other rows: {rows}")
    work = f"`videoview` over 7 days, {rows.pop():,} rows out of {events:,} view events, gzipped"
    report.ratio(work, "bare `COPY (…) TO STDOUT` of the same query", ours, bare, 1.25)
    seconds, cpu = [run.seconds for run in report.runs[asset]], [run.cpu for run in report.runs[asset]]
    [found] = {run.rows for run in report.runs[asset]}
    work = f"`asset` over {events:,} view events, {found:,} rows, gzipped"
    report.results.append(Result(work, "", "s", seconds, ASSET_SECONDS, cpu))
    for who, of in (("worker", "client_bytes"), ("server process, beyond shared buffers", "server_bytes")):
        each = {
            name: max(getattr(run, of) for run in report.runs[run_name]) / MIB
            for name, run_name in (("videoview", ours), ("asset", asset))
        }
        told = ", ".join(f"{name}: {most:.0f} MB" for name, most in each.items())
        report.results.append(
            Result(f"peak memory of these reports' {who}", told, "MB", [max(each.values())], MOST_BYTES / MIB)
        )


@contextmanager
def _watched(stand: Stand, events: int, today: date) -> Iterator[str]:
    """A database of the loaded roster whose people have watched. Reports only read of it: no run needs a copy."""
    with stand.cluster.fresh(stand.loaded, "bench_watched") as database:
        say(f"making {events:,} view events")
        command = [sys.executable, "manage.py", "seed_activity", "--institution", "bench"]
        command += ["--view-events", str(events), "--until", f"{today - timedelta(days=1)}"]
        environment = stand.cluster.environment(database)
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        stand.cluster.tidy(database)
        yield database


def _report(stand: Stand, database: str, name: str, days: dict[str, str]) -> Run:
    with Worker(stand.cluster, database) as worker:
        return worker.report(stand.cluster, stand.institution, name, days)


def _bare(stand: Stand, database: str, name: str, days: dict[str, str]) -> Run:
    with Worker(stand.cluster, database) as worker:
        stand.cluster.checkpoint()
        return worker.bare_report(stand.institution, name, days)
