"""Which template a header says: after formats that it says whole, before those that it says in part."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest

from imports.formats.by_template import template_of
from imports.formats.columns import CREATE, Column
from imports.formats.registry import formats
from imports.formats.templated import TemplateFormat, template_format
from imports.problems import FileRejected
from imports.steps.recognition import Asked, recognise_file

VIEWS = ["VideoId", "Section", "Email", "Instructor Email"]


def template(
    number: int, columns: Sequence[str], optional: Sequence[str] = (), delimiter: str = ","
) -> type[TemplateFormat]:
    base = template_format(f"watershed.{number}")
    assert base is not None
    said: dict[str, Any] = {"title": f"Template {number}", "delimiter": delimiter, "__doc__": "A template."}
    for at, name in enumerate(columns):
        said[f"column_{at}"] = Column(name, actions=(CREATE,), required=name not in optional)
    return type(f"T{number}", (base,), said)


def key_of(header: list[str], *templates: type[TemplateFormat], **asked: str) -> str:
    found = template_of(header, asked.get("delimiter", ","), templates)
    return found.key if found else ""


def test_a_template_whose_columns_are_all_there_is_told_by_the_header() -> None:
    assert key_of(["At", *VIEWS, "More"], template(7, VIEWS)) == "watershed.7"
    assert key_of([" VideoId ", *VIEWS[1:]], template(7, VIEWS)) == "watershed.7"


def test_a_template_that_lacks_one_column_or_has_it_in_other_letters_is_not_told() -> None:
    assert key_of(VIEWS[1:], template(7, VIEWS)) == ""
    assert key_of(["videoid", *VIEWS[1:]], template(7, VIEWS)) == ""
    assert key_of(VIEWS[1:], template(7, VIEWS, optional=["VideoId"])) == "watershed.7"
    assert key_of(VIEWS, template(7, VIEWS, optional=VIEWS)) == ""


def test_a_header_that_a_format_of_the_families_says_whole_is_no_template_s() -> None:
    found = formats()["echovideo.users.v1"]
    header = [column.header for column in found.columns_for("create")]
    stream = (",".join(header) + "\n").encode()
    whole = recognise_file(BytesIO(stream), "x.csv", Asked()).key
    assert whole == found.key
    assert recognise_file(BytesIO(stream), "x.csv", Asked(), [template(7, header)]).key == whole
    more = stream.replace(b"\n", b",Watched\n")
    assert recognise_file(BytesIO(more), "x.csv", Asked()).key == whole
    assert recognise_file(BytesIO(more), "x.csv", Asked(), [template(7, ["Watched"])]).key == "watershed.7"


def test_of_two_that_fit_the_one_that_uses_all_of_the_other_is_taken_and_else_both_are_named() -> None:
    wide, narrow, beside = template(7, VIEWS), template(8, VIEWS[:2]), template(9, ["Email", "At"])
    assert key_of(VIEWS, wide, narrow) == "watershed.7"
    for header, fitting in ((["At", *VIEWS], (wide, narrow, beside)), (VIEWS, (wide, template(3, VIEWS)))):
        with pytest.raises(FileRejected) as refused:
            key_of(header, *fitting)
        assert refused.value.code == "unknown_format"
        assert refused.value.params["candidates"] == [each.key for each in fitting]
        assert all(each.title in refused.value.detail for each in fitting)


def test_text_and_action_that_templates_do_not_have_tell_none() -> None:
    views = template(7, VIEWS, delimiter=";")
    assert key_of(VIEWS, views, delimiter=";") == "watershed.7"
    assert key_of(["VideoId"], template(8, ["VideoId"], delimiter=";")) == "watershed.8"
    for asked in (Asked(encoding="utf-8"), Asked(action="create"), Asked(delimiter=",")):
        with pytest.raises(FileRejected):
            recognise_file(BytesIO(b"VideoId,Watched\nv,1\n"), "x.csv", asked, [template(7, ["VideoId"])])
    with pytest.raises(FileRejected):
        recognise_file(
            BytesIO(b"VideoId,Watched\nv,1\n"),
            "x.csv",
            Asked(encoding="windows-1252"),
            [template(7, ["VideoId"])],
        )


def test_a_template_that_fits_but_for_its_separator_is_named_and_no_format_in_part_is_taken() -> None:
    views = template(7, ["VideoId", "Watched"])
    found = formats()["echovideo.users.v1"]
    header = [*(column.header for column in found.columns_for("create")), "VideoId", "Watched"]
    sent = (";".join(header) + "\n").encode()
    assert recognise_file(BytesIO(sent), "x.csv", Asked()).key == found.key
    with pytest.raises(FileRejected) as refused:
        recognise_file(BytesIO(sent), "x.csv", Asked(), [views])
    assert refused.value.code == "unknown_format"
    assert refused.value.params["candidates"] == ["watershed.7"]
    assert refused.value.detail == (
        "This file was not read: its header has all columns of `watershed.7` (“Template 7”), but parted by semicolons, where"
        " commas are expected. Save the file with commas, let the template say semicolons, or say which format it is."
    )
    # Beside one that expects what is there, nothing is wrong.
    assert (
        key_of([*VIEWS, "Watched"], views, template(8, VIEWS, delimiter=";"), delimiter=";") == "watershed.8"
    )
    # A workbook is parted by nothing.
    assert key_of(["VideoId", "Watched"], views, delimiter="") == "watershed.7"
