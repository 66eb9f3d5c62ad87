"""The results as Markdown: ratios in front, goals beside them, what they were measured on below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.runs import Run

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table of goals.

    values: one for each pair or run, of which the middle counts. goal: at most this, in the same unit;
    None for what is only told. by_cpu: the same of CPU seconds, which neighbours on the machine disturb less.
    """

    work: str
    compared_with: str
    unit: str
    values: Sequence[float]
    goal: float | None
    by_cpu: Sequence[float] = ()

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def is_met(self) -> bool:
        return self.goal is None or self.value <= self.goal

    def shown(self, value: float) -> str:
        return f"{value:.0f} {self.unit}" if self.unit == "MB" else f"{_figures(value)} {self.unit}"

    def line(self) -> str:
        spread = (
            f"{self.shown(min(self.values))} – {self.shown(max(self.values))}" if len(self.values) > 1 else ""
        )
        verdict = "" if self.goal is None else "met" if self.is_met else "**missed**"
        goal = "" if self.goal is None else self.shown(self.goal)
        result = f"**{self.shown(self.value)}**"
        by_cpu = self.shown(median(self.by_cpu)) if self.by_cpu else ""
        return f"| {' | '.join((self.work, self.compared_with, result, spread, goal, verdict, by_cpu))} |"


def _figures(value: float) -> str:
    """Two figures at least: 0.020 says what 0.02 does not."""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


@dataclass(slots=True)
class Report:
    """What a run of the bench found. runs: by name, all of them, the bare ones too."""

    rows: int
    rounds: int
    machine: dict[str, str]
    others_busy: float
    results: list[Result] = field(default_factory=list)
    runs: dict[str, list[Run]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def ratio(self, work: str, compared_with: str, of: str, to: str, goal: float) -> None:
        """The ratio of wall times of the runs ``of`` to those of ``to``, pair by pair."""
        pairs = list(zip(self.runs[of], self.runs[to], strict=True))
        values = [ours.seconds / theirs.seconds for ours, theirs in pairs]
        # Of a tiny run the kernel may count no tick at all.
        by_cpu = [ours.cpu / theirs.cpu for ours, theirs in pairs if theirs.cpu]
        self.results.append(Result(work, compared_with, "×", values, goal, by_cpu))

    def markdown(self) -> str:
        lines = [TOP.format(rounds=self.rounds), *(result.line() for result in self.results)]
        lines += ["", "## Measured on", ""]
        lines += [f"- {name}: {value}" for name, value in self.machine.items()]
        lines += [f"- processes that wanted a core when it began: {self.others_busy:.1f}", "", TIMES]
        lines += [_run_line(name, runs) for name, runs in self.runs.items()]
        lines += ["", "Groups of statements, as the pipeline names them, in seconds:", ""]
        lines += filter(None, (_statements_line(name, runs) for name, runs in self.runs.items()))
        if self.notes:
            lines += ["", "## Notes", "", *(f"- {note}" for note in self.notes)]
        return "\n".join([*lines, "", HOW])


TOP = """\
# Benchmarks

Written by `make bench`; do not edit. Ratios are of wall times within one run, pairs side by side, medians
of {rounds}; *by CPU* is the ratio of the CPU seconds of both processes.

| work | compared with | result | least – most | at most | | by CPU |
|---|---|---|---|---|---|---|"""

TIMES = """\
## Where the time goes

Medians, in seconds. *After*: indexes of the stored plan, built when the import has ended. CPU seconds are
those of the worker (or of whoever sends the rows) and of the server process that works for it.

| run | wall | stage | plan | apply | after | CPU worker | CPU server | worker MB | server MB |
|---|---|---|---|---|---|---|---|---|---|"""

HOW = """\
## How

- Each run begins with a copy of a database that was loaded, vacuumed and analyzed, and after a
  `CHECKPOINT`; each import is done by a new worker process, as the application's role, under row-level
  security. Time runs from the claim of the job, with the file in storage, to its commit.
- *Bare `COPY`*: the rows of that import, resolved, in the order of the file and with ascending ids, in
  binary form, into the table that plain migrations make: primary key, the two indexes, two ordinary foreign
  keys; no row-level security. It includes its commit.
- *Changed*: an update file of all rows, of which every hundredth names another role; a person who does not
  hold that role gains it.
- Memory: of the worker the most it ever held (VmHWM); of its server process the most private memory
  (RssAnon, looked at every 20 ms), which is what it needs beyond shared buffers.
- Reports: of one database, whose activity `seed_activity` made; each by a new worker process. They only read, so
  no run begins with a copy. The bare statement is that of the report, cells as in the file, its rows read by a
  process like the worker and thrown away.
- Statements: CPU time of one process for each of 20,000 different ones, without a database.
- Server CPU is that of the one server process; writing back and checkpoints are others' work and in the
  wall time only.
"""


def _middle(runs: Sequence[Run], of: str) -> float:
    return float(median(getattr(run, of) for run in runs))


def _run_line(name: str, runs: Sequence[Run]) -> str:
    stages = [
        f"{median(run.stages[stage] for run in runs):.2f}" if runs[0].stages else ""
        for stage in ("stage", "plan", "apply")
    ]
    after = f"{_middle(runs, 'seconds_after'):.2f}" if runs[0].stages else ""
    memory = [
        f"{most / MIB:.0f}" if (most := max(getattr(run, of) for run in runs)) else ""
        for of in ("client_bytes", "server_bytes")
    ]
    cells = [
        name, f"{_middle(runs, 'seconds'):.2f}", *stages, after,
        f"{_middle(runs, 'client_cpu'):.2f}", f"{_middle(runs, 'server_cpu'):.2f}", *memory,
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _statements_line(name: str, runs: Sequence[Run]) -> str:
    if not runs[0].statements:
        return ""
    groups = {group: median(run.statements.get(group, 0) for run in runs) for group in runs[0].statements}
    most = sorted(groups.items(), key=lambda pair: -pair[1])
    return f"- {name}: " + ", ".join(f"{group} {seconds:.2f}" for group, seconds in most if seconds >= 0.005)
