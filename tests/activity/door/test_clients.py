"""Clients that others wrote store, get, void and page through statements against the real server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker
from tincan import (
    Activity,
    Agent,
    AgentAccount,
    RemoteLRS,
    Statement,
    StatementRef,
    Verb,
)

from tests.activity import npm
from tests.activity.door.calling import EXPERIENCED, VIDEO, VOIDED, Sender
from tests.browser.serving import web

SCRIPT = Path(__file__).parent / "npm" / "store.cjs"


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), web() as address:
        yield address


@pytest.fixture(params=["/xAPI/", "/xapi/", "/api/organizations/{org}/lrs/"])
def endpoint(site: str, sender: Sender, request: Any) -> str:
    return site + str(request.param).format(org=sender.tenant.pk)


def ana() -> Agent:
    return Agent(name="Ana Ruiz", account=AgentAccount(home_page="https://lecture.example.edu", name="u-204"))


def watched(**members: Any) -> Statement:
    verb = Verb(id=EXPERIENCED, display={"en": "watched"})
    return Statement(actor=ana(), verb=verb, object=Activity(id=VIDEO), **members)


def test_tincan_stores_gets_queries_and_voids(endpoint: str, sender: Sender) -> None:
    lrs = RemoteLRS(version="1.0.3", endpoint=endpoint, username=sender.key, password=sender.secret)
    about = lrs.about()
    assert about.success
    assert about.content.version == ["1.0.3"]

    saved = lrs.save_statement(watched(timestamp=datetime(2025, 9, 3, 14, 5, 30, tzinfo=UTC)))
    assert saved.success, saved.data
    many = lrs.save_statements([watched() for _ in range(4)])
    assert many.success, many.data
    ids = [str(saved.content.id), *(str(each.id) for each in many.content)]

    # An id that is known already makes it a PUT.
    again = lrs.save_statement(saved.content)
    assert (again.success, again.response.status) == (True, 204)

    got = lrs.retrieve_statement(ids[0])
    assert got.success
    assert got.content.actor.account.name == "u-204"
    assert got.content.timestamp == datetime(2025, 9, 3, 14, 5, 30, tzinfo=UTC)
    assert got.response.getheader("X-Experience-API-Version") == "1.0.3"

    # It writes Python's True.
    first = lrs.query_statements(
        {"agent": ana(), "verb": Verb(id=EXPERIENCED), "limit": 2, "ascending": True}
    )
    assert first.success, first.data
    found = [str(each.id) for each in first.content.statements]
    page = first
    while page.content.more:
        page = lrs.more_statements(page.content)
        assert page.success, page.data
        found += [str(each.id) for each in page.content.statements]
    assert found == ids

    void = Statement(actor=ana(), verb=Verb(id=VOIDED), object=StatementRef(id=ids[1]))
    assert lrs.save_statement(void).success
    assert lrs.retrieve_statement(ids[1]).response.status == 404
    voided = lrs.retrieve_voided_statement(ids[1])
    assert voided.success
    assert str(voided.content.id) == ids[1]
    assert sorted(sender.ids(verb=EXPERIENCED, ascending=True)) == sorted(
        [*(each for each in ids if each != ids[1]), *sender.ids(verb=VOIDED)]
    )


def test_tincan_is_told_why_not(site: str, sender: Sender) -> None:
    lrs = RemoteLRS(version="1.0.3", endpoint=f"{site}/xAPI/", username=sender.key, password="wrong")
    refused = lrs.save_statement(watched())
    assert (refused.success, refused.response.status) == (False, 401)
    older = RemoteLRS(version="1.0.1", endpoint=f"{site}/xAPI/", username=sender.key, password=sender.secret)
    assert older.query_statements({"limit": 1}).success
    assert older.query_statements({"limit": -1}).response.status == 400


@pytest.mark.slow
def test_the_client_of_npm_stores_gets_pages_and_voids(endpoint: str, sender: Sender, tmp_path: Path) -> None:
    folder = npm.install(tmp_path, "@xapi/xapi@3.0.3")
    done = subprocess.run(
        [npm.program("node"), str(SCRIPT), str(folder), endpoint, sender.key, sender.secret],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["about"] == {"version": ["1.0.3"], "extensions": {}}
    ids = [told["sent"], *told["many"]]
    assert told["got"]["id"] == told["sent"]
    assert told["got"]["object"]["definition"]["name"] == {"en": "Lecture 4: Queues & Åse"}
    assert told["version"] == "1.0.3"
    assert datetime.fromisoformat(told["through"]) > datetime(2025, 1, 1, tzinfo=UTC)
    assert told["pages"] == [ids[:3], ids[3:]]
    assert (told["parts"], told["withAttachments"]) == (1, ids[:1:-1])
    assert told["singleParts"] == [1, told["sent"]]
    assert (told["gone"], told["voided"]) == (404, told["sent"])
    assert told["allVoided"] == 3
    assert (told["conflict"], told["bad"], told["attached"]) == (409, 400, 400)
    assert len(sender.ids(verb=VOIDED)) == 4
