"""Static files as the browser gets them."""

from __future__ import annotations

import pytest
from django.test import AsyncClient, Client

from tests.coroutines import run_apart

NAME = "/static/css/app.css"


def test_static_file_comes_whole_with_its_type_and_policy(client: Client) -> None:
    answer = client.get(NAME)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/css")
    assert int(answer["Content-Length"]) == len(answer.content) > 1_000
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer


def test_part_of_a_static_file_can_be_asked_for(client: Client) -> None:
    whole = client.get(NAME).content
    answer = client.get(NAME, headers={"Range": "bytes=10-19"})
    assert (answer.status_code, answer.content) == (206, whole[10:20])


def test_static_file_that_is_known_is_not_sent_again(client: Client) -> None:
    seen = client.get(NAME)["Last-Modified"]
    answer = client.get(NAME, headers={"If-Modified-Since": seen})
    assert (answer.status_code, answer.content) == (304, b"")


def test_async_server_gets_it_without_streaming() -> None:
    answer = run_apart(AsyncClient().get(NAME))
    assert not answer.streaming
    assert len(answer.content) > 1_000


@pytest.mark.parametrize("path", ["/static/../manage.py", "/static/%2e%2e/manage.py", "/static/none.css"])
def test_nothing_beside_the_static_files_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
