"""The column dictionary: a page for people, a Table Schema for programs, the same columns in both."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

import pytest

from reporting.dictionary import FIELDS, WORDS, table_schema
from reporting.reports import reports
from reporting.reports.base import Type
from tests.pages.house import House
from tests.reporting.pages.test_report_page import shown

# Types of a Table Schema (specs.frictionlessdata.io/table-schema).
TYPES = {"string", "number", "integer", "boolean", "object", "array", "date", "time", "datetime", "any"}


@pytest.mark.parametrize("name", list(reports()))
def test_a_schema_has_each_column_in_the_order_of_the_file(name: str) -> None:
    report = reports()[name]
    schema = table_schema(report)
    assert [field["name"] for field in schema["fields"]] == [column.header for column in report.columns]
    assert all(field["type"] in TYPES and field["description"] for field in schema["fields"])
    assert schema["missingValues"] == [""]


def test_every_type_has_words_and_a_field() -> None:
    assert set(WORDS) == set(FIELDS) == set(Type)
    # Cells as 4.2 writes them are read by what the schema says.
    assert datetime.strptime("2031-08-18T06:00:30.000Z", FIELDS[Type.TS]["format"]).year == 2031  # noqa: DTZ007  # the letter Z is literal there
    assert date.fromisoformat("2031-08-18")
    assert FIELDS[Type.FLAG] == {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]}


@pytest.mark.parametrize("name", ["asset", "polling"])
def test_the_page_explains_each_column_and_the_file_says_the_same(house: House, name: str) -> None:
    client = house.browser("analyst")
    report = reports()[name]
    page = shown(client, f"/reports/{name}/columns/")
    assert re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', page) == [each.header for each in report.columns]
    for column in report.columns:
        assert column.meaning in page
        assert column.source in page
    answer = client.get(f"/reports/{name}/schema.json")
    assert answer["Content-Disposition"] == f'attachment; filename="{name}.schema.json"'
    assert json.loads(answer.content) == table_schema(report)
    assert client.get("/reports/nothing/columns/").status_code == 404
    assert client.get("/reports/nothing/schema.json").status_code == 404
