"""The examples of docs/templates.md give what stands there, and every function has one."""

from __future__ import annotations

import pytest

from edu_csv.templating import FAMILIES, FUNCTIONS, compile_template
from imports.templates.documenting import TITLES, functions_part
from imports.templates.function_examples import EXAMPLE_ROW, EXAMPLES, ORG, RECEIVED

BEFORE = '{"statements": []} '


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_gives_what_stands_beside_it(name: str) -> None:
    written, given = EXAMPLES[name]
    template = compile_template(BEFORE + written)
    assert name in template.functions
    renderer = template.bind(list(EXAMPLE_ROW), org=ORG, created=RECEIVED, now=RECEIVED)
    assert renderer.render(2, list(EXAMPLE_ROW.values())).removeprefix(BEFORE) == given


def test_every_function_has_an_example_and_a_place_in_the_docs() -> None:
    assert set(EXAMPLES) == set(FUNCTIONS)
    part = functions_part()
    assert [name for name in FUNCTIONS if f"- `{FUNCTIONS[name].usage}`: " not in part] == []
    assert {family.__name__.rpartition(".")[2] for family in FAMILIES} == set(TITLES)
