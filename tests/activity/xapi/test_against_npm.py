"""20,000 damaged statements, judged by us and by npm's @learninglocker/xapi-validation."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from edu_csv.activity import xapi
from tests.activity import npm
from tests.activity.xapi import samples
from tests.activity.xapi.damage import damaged
from tests.activity.xapi.disagreements import PASSED, REFUSED

COUNT, SEED = 20_000, 20_250_903
DECISIONS = Path(__file__).parents[3] / "docs" / "decisions" / "xapi.md"
RUNNER = Path(__file__).parent / "npm" / "validate.js"
Warnings = list[tuple[str, list[str], Any]]


@pytest.mark.slow
def test_both_validators_agree_on_20_000_damaged_statements_save_for_the_kinds_in_the_table(
    tmp_path: Path,
) -> None:
    statements = list(damaged(COUNT, SEED))
    folder = npm.install(tmp_path, "@learninglocker/xapi-validation@3.0.0")
    theirs = judged(folder, statements)
    assert len(theirs) == COUNT
    agreed = {True: 0, False: 0}
    seen: dict[str, int] = dict.fromkeys((kind.name for kind in (*PASSED, *REFUSED)), 0)
    unexplained: list[str] = []
    for statement, warnings in zip(statements, theirs, strict=True):
        faults = xapi.validate(statement)
        if bool(faults) == bool(warnings):
            agreed[not faults] += 1
            continue
        for kinds in explained(faults, warnings):
            for kind in kinds:
                seen[kind] += 1
            if not kinds:
                unexplained.append(f"{json.dumps(statement)}\n  ours: {faults}\n  npm's: {warnings}")
    assert not unexplained, "\n".join(unexplained)
    # Enough of both, or agreement would say little; and no kind is told of that does not occur.
    assert agreed[True] > COUNT / 10
    assert agreed[False] > COUNT / 2
    assert not [kind for kind, count in seen.items() if not count]


@pytest.mark.slow
def test_npm_takes_all_good_statements_too(tmp_path: Path) -> None:
    good = samples.all_good()
    folder = npm.install(tmp_path, "@learninglocker/xapi-validation@3.0.0")
    assert judged(folder, good) == [[] for _ in good]


def test_every_kind_of_disagreement_stands_in_the_documents() -> None:
    text = DECISIONS.read_text(encoding="utf-8")
    for kind in (*PASSED, *REFUSED):
        assert f"| {kind.name} | " in text
        assert f" | {kind.why} |" in text


def explained(faults: list[xapi.Fault], warnings: Warnings) -> list[list[str]]:
    """For each fault or warning that only one side has, the names of the kinds that explain it."""
    return [[kind.name for kind in PASSED if kind.explains(fault)] for fault in faults] + [
        [kind.name for kind in REFUSED if kind.explains(*warning)] for warning in warnings
    ]


def judged(folder: Path, statements: list[dict[str, Any]]) -> list[Warnings]:
    """What npm's validator says of each, in order."""
    done = subprocess.run(
        [npm.program("node"), str(RUNNER)],
        input="".join(f"{json.dumps(statement)}\n" for statement in statements),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
