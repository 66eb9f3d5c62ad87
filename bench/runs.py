"""One run of an import in a process of its own, and what it cost."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.cluster import ROOT, Cluster
from bench.measure import PrivatePeak


class RunFailed(Exception):
    """The product did not do what was to be measured; the message says what it did."""


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement. client: the worker, or whoever sends rows; server: the server process that serves it.

    rows: of a report, which nobody knows before.
    server_bytes: beyond shared buffers. stages, statements: seconds; empty for what has none.
    """

    seconds: float
    client_cpu: float
    server_cpu: float
    rows: int = 0
    client_bytes: int = 0
    server_bytes: int = 0
    seconds_after: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    statements: dict[str, float] = field(default_factory=dict)

    @property
    def cpu(self) -> float:
        return self.client_cpu + self.server_cpu


class Worker:
    """A worker process on one database; see bench/worker.py."""

    def __init__(self, cluster: Cluster, database: str) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the worker
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker"],
            cwd=ROOT,
            env=cluster.environment(database),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def ask(self, do: str, **what: Any) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": do, **what}).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            self._log.seek(0)
            raise RunFailed(f"the worker ended: {self._log.read().decode(errors='replace')[-4_000:]}")
        found: dict[str, Any] = json.loads(answer)
        return found

    def make_institution(self, slug: str) -> int:
        return int(self.ask("institution", slug=slug)["institution"])

    def make_template(self, institution: int, name: str, body: str, variables: list[list[str]]) -> str:
        """A template that takes uploads; returns the key of its format."""
        found = self.ask("template", institution=institution, name=name, body=body, variables=variables)
        return str(found["format"])

    def run(
        self,
        cluster: Cluster,
        institution: int,
        path: Path,
        format_key: str,
        action: str,
        expected: dict[str, int],
    ) -> Run:
        """Import one file. expected: counts that it must have, or there is nothing to compare."""
        received = self.ask(
            "receive", institution=institution, path=str(path), format=format_key, action=action
        )
        cluster.checkpoint()
        with PrivatePeak([received["backend"]]) as peak:
            found = self.ask("work", institution=institution)
        counts = {name: found["counts"].get(name) for name in expected}
        if found["status"] != "completed" or counts != expected:
            raise RunFailed(
                f"{path.name}, {action}: expected {expected}, got {found['status']},"
                f" {found['counts']} {found['problem'] or ''}"
            )
        return Run(
            seconds=found["seconds"],
            seconds_after=found["seconds_after"],
            client_cpu=found["client_cpu"],
            server_cpu=found["server_cpu"],
            client_bytes=found["client_bytes"],
            server_bytes=peak.bytes_of[received["backend"]],
            stages=found["stages"],
            statements=found["statements"],
        )

    def export(self, cluster: Cluster, institution: int, format_key: str, expected: int) -> Run:
        """Export all objects of a kind, gzipped. expected: their number."""
        backend = self.ask("request_export", institution=institution, format=format_key)["backend"]
        cluster.checkpoint()
        with PrivatePeak([backend]) as peak:
            found = self.ask("work_export", institution=institution)
        _expect_rows(found, expected)
        return Run(**found, server_bytes=peak.bytes_of[backend])

    def bare_export(self, institution: int, format_key: str, expected: int) -> Run:
        found = self.ask("bare_export", institution=institution, format=format_key)
        _expect_rows(found, expected)
        return Run(**found)

    def report(self, cluster: Cluster, institution: int, name: str, parameters: dict[str, str]) -> Run:
        """One report, gzipped."""
        backend = self.ask("request_report", institution=institution, name=name, parameters=parameters)[
            "backend"
        ]
        cluster.checkpoint()
        with PrivatePeak([backend]) as peak:
            found = self.ask("work_report", institution=institution)
        return Run(**found, server_bytes=peak.bytes_of[backend])

    def bare_report(self, institution: int, name: str, parameters: dict[str, str]) -> Run:
        return Run(**self.ask("bare_report", institution=institution, name=name, parameters=parameters))


def _expect_rows(found: dict[str, Any], expected: int) -> None:
    if (rows := found.pop("rows")) != expected:
        raise RunFailed(f"expected {expected:,} rows, got {rows:,}")
