"""The report puts ratios in front, and says met or missed."""

from __future__ import annotations

from bench.report import MIB, Report, Result
from bench.runs import Run


def report_of(**runs: list[Run]) -> Report:
    return Report(1_000, 3, {"CPU": "Abacus 9, 2 cores"}, 0.1, runs=runs)


def timed(seconds: float, **more: object) -> Run:
    return Run(seconds=seconds, client_cpu=seconds / 2, server_cpu=seconds / 2, **more)  # type: ignore[arg-type]  # fields of its own


def test_a_ratio_is_the_middle_one_of_its_pairs() -> None:
    # Pair by pair 2, 1 and 4; the ratio of the medians would be 1.
    report = report_of(ours=[timed(2), timed(3), timed(4)], bare=[timed(1), timed(3), timed(1)])
    report.ratio("work", "bare", "ours", "bare", 1.5)
    [result] = report.results
    assert result.values == [2, 1, 4]
    assert result.value == 2
    assert not result.is_met


def test_a_line_names_result_spread_goal_and_verdict() -> None:
    missed = Result("new", "bare", "×", [0.9, 1.25, 2.0], 1.0, [1.1])
    assert missed.line() == "| new | bare | **1.25 ×** | 0.90 × – 2.00 × | 1.00 × | **missed** | 1.10 × |"
    met = Result("memory", "", "MB", [99.6], 300)
    assert met.line() == "| memory |  | **100 MB** |  | 300 MB | met |  |"
    told = Result("tuned", "rival", "×", [0.0412], None)
    assert told.line() == "| tuned | rival | **0.041 ×** |  |  |  |  |"


def test_a_result_that_just_reaches_its_goal_has_met_it() -> None:
    assert Result("work", "", "s", [20.0], 20).is_met


def test_the_report_shows_stages_memory_and_groups_of_statements() -> None:
    stages = {"stage": 1.5, "plan": 2.25, "apply": 4.0}
    run = timed(
        8, client_bytes=90 * MIB, server_bytes=120 * MIB, seconds_after=0.5, stages=stages,
        statements={"insert": 3.0, "work": 1.0, "quick": 0.001},
    )  # fmt: skip
    text = report_of(new=[run], **{"bare COPY": [timed(7)]}).markdown()
    assert "| new | 8.00 | 1.50 | 2.25 | 4.00 | 0.50 | 4.00 | 4.00 | 90 | 120 |" in text
    assert "| bare COPY | 7.00 |  |  |  |  | 3.50 | 3.50 |  |  |" in text
    assert "- new: insert 3.00, work 1.00\n" in text
    assert "Abacus 9" in text


def test_the_table_of_goals_stands_before_everything_else() -> None:
    report = report_of(ours=[timed(1)], bare=[timed(1)])
    report.ratio("the work", "the bare", "ours", "bare", 1.0)
    report.notes.append("a note")
    text = report.markdown()
    assert text.index("the work") < text.index("## Measured on") < text.index("## Where the time goes")
    assert "## Notes\n\n- a note\n" in text
