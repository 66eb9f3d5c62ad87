"""Whatever a function is given, it gives a value or says what is wrong: one cell never fails a file."""

from __future__ import annotations

import logging
import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from edu_csv.templating import FUNCTIONS, RowFault, compile_template
from edu_csv.templating.calls import Fixed, Told, calling, remembering
from edu_csv.templating.faults import CallFault
from edu_csv.templating.frames import Row, outermost
from edu_csv.templating.functions import Setting
from tests.templating.saying import worth

TRIES = 120
NESTED: list[Any] = [[[["x"], None], {"a": [1]}], -(10**60)]
HOSTILE: list[Any] = [
    None, "", " ", "x" * 3_000, "-99999999999999999999999", "1e99", "NaN", "\x00\ud7ff😀", "[[1]]", '{"a": 1}', "yyyy-MM-dd",
    True, False, 0, -1, 10**4_299, -(10**60), 2**63, 1e308, -0.5, Decimal("1e-50"), [], {}, NESTED, {"a": NESTED},
]  # fmt: skip


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_balks_at_no_value(name: str) -> None:
    function = FUNCTIONS[name]
    chance = random.Random(name)  # noqa: S311  # the same values each time
    setting = (Setting("5664", UTC, datetime(2025, 9, 3, tzinfo=UTC)),) if function.needs_setting else ()
    most = function.most if function.most is not None else function.least + 2
    for _ in range(TRIES):
        given = [chance.choice(HOSTILE) for _ in range(chance.randint(function.least, most))]
        named = {each: chance.choice(HOSTILE) for each in sorted(function.named) if chance.random() < 0.5}
        try:
            function.run(*setting, *given, **named)
        except (CallFault, RowFault) as fault:
            assert str(fault)  # noqa: PT017  # both endings are good ones


@pytest.mark.parametrize("function", ["ljust", "rjust", "center"])
def test_a_size_below_nothing_fills_nothing_up(function: str) -> None:
    for size in ("-1", "-99999999999999999999999"):
        assert worth(f"{{{{{function} columns.a size=columns.a}}}}", {"a": size}) == size


def balks(value: Any, **_: Any) -> Any:
    raise OverflowError(f"secret {value}")


def test_what_a_function_did_not_foresee_fails_the_row_alone_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    frame = outermost(["7"], Row(0))
    for call in (
        calling(balks, [Fixed("7")], {}, Told("odd", ["A"], "A")),
        calling(balks, [Fixed("7")], {"size": Fixed(1)}, Told("odd", ["A"], "A")),
        remembering(balks, [lambda frame: "7"], Told("odd", ["A"], "A"), 8),
    ):
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            for _ in range(2):
                with pytest.raises(RowFault) as told:
                    call(frame)
        assert told.value.message == 'odd: cannot be worked out from these values (column "A").'
        [line] = caplog.messages
        assert "OverflowError" in line
        assert "secret" not in line


def test_a_bad_cell_leaves_the_other_rows_alone() -> None:
    body = '{"people": [{"name": "{{substring columns.a columns.a}}"}]}'
    renderer = compile_template(body).bind(["a"], org=1)
    with pytest.raises(RowFault):
        renderer.objects(2, ["x"])
    assert (
        renderer.objects(3, ["-99999999999999999999999"])["people"][0]["name"] == "-99999999999999999999999"
    )
