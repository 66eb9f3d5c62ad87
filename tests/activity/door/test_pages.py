"""Pages of statements: ``more``, what it carries, and how large pages come (xapi.md 5.2)."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from edu_csv.activity.api import positions
from tests.activity.door.calling import Sender, agent, body_of, statement


def pages(sender: Sender, answer: Any) -> Any:
    """The pages of a list, each as its ids."""
    while True:
        assert answer.status_code == 200, answer.content
        page = body_of(answer)
        yield [each["id"] for each in page["statements"]]
        if not page["more"]:
            return
        answer = sender.ask("get", page["more"])


@pytest.mark.parametrize("ascending", [True, False])
def test_more_leads_through_all_pages_and_ends_with_an_empty_text(sender: Sender, ascending: bool) -> None:
    ids = sender.store(*(statement(actor=agent("ana")) for _ in range(7)))
    sender.store(statement())
    answer = sender.get(limit=3, agent=agent("ana"), ascending=ascending)
    found = list(pages(sender, answer))
    assert [len(page) for page in found] == [3, 3, 1]
    assert list(itertools.chain(*found)) == (ids if ascending else ids[::-1])
    # Exactly as many as a page has: there is no other.
    assert len(list(pages(sender, sender.get(limit=7, agent=agent("ana"))))) == 1


def test_more_is_a_path_without_a_host_of_the_address_that_was_asked(sender: Sender) -> None:
    ids = sender.store(*(statement() for _ in range(2)))
    for base in ("/xAPI", "/xapi", f"/api/organizations/{sender.tenant.pk}/lrs"):
        sender.base = base
        more = body_of(sender.get(limit=1))["more"]
        parts = urlsplit(more)
        assert (parts.scheme, parts.netloc, parts.path) == ("", "", f"{base}/statements")
        assert body_of(sender.ask("get", more))["statements"][0]["id"] == ids[0]


def test_what_comes_meanwhile_moves_no_page(sender: Sender) -> None:
    ids = sender.store(*(statement() for _ in range(4)))
    first = body_of(sender.get(limit=2))
    sender.store(statement())
    assert [each["id"] for each in body_of(sender.ask("get", first["more"]))["statements"]] == ids[1::-1]


def test_more_goes_with_nothing_else_and_is_good_for_its_institution_alone(
    sender: Sender, stranger: Sender, monkeypatch: Any
) -> None:
    sender.store(statement(), statement())
    more = body_of(sender.get(limit=1))["more"]
    for address in (
        f"{more}&limit=2",
        f"{more}&more=x",
        "/xAPI/statements?more=x",
        "/xAPI/statements?More=x",
    ):
        assert sender.ask("get", address).status_code == 400, address
    assert stranger.ask("get", more).json()["code"] == "bad_more"
    assert sender.ask("head", more).status_code == 200
    monkeypatch.setattr(positions, "LIFETIME", timedelta(0))
    answer = sender.ask("get", more)
    assert (answer.status_code, answer.json()["code"]) == (400, "expired")


def test_a_page_of_more_keeps_its_form(sender: Sender) -> None:
    sender.store(*(statement(actor={**agent(), "name": "Ana"}) for _ in range(2)))
    first = body_of(sender.get(limit=1, format="ids"))
    second = body_of(sender.ask("get", first["more"]))
    for page in (first, second):
        assert page["statements"][0]["actor"] == agent()


def test_a_page_has_five_hundred_at_most_and_a_large_one_comes_in_pieces(sender: Sender) -> None:
    ids = [
        id_
        for _ in range(2)
        for id_ in sender.store(
            *(statement(result={"response": "x" * 5_000}) for _ in range(260))
        )
    ]  # fmt: skip
    answer = sender.get(limit=0)
    assert answer.streaming
    blocks = list(answer.streaming_content)
    assert len(blocks) > 1
    assert max(map(len, blocks)) < 2 << 20
    page = json.loads(b"".join(blocks))
    assert [each["id"] for each in page["statements"]] == ids[:19:-1]
    rest = body_of(sender.ask("get", page["more"]))
    assert ([each["id"] for each in rest["statements"]], rest["more"]) == (ids[19::-1], "")
    assert [len(page) for page in pages(sender, sender.get(limit=10_000, attachments=False))] == [500, 20]
