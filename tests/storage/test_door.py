"""Our own signed door, where it can be more exact than S3; under ASGI and under WSGI."""

from __future__ import annotations

import json
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
import urllib3
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import Settings

from edu_csv import storage
from edu_csv.storage import links
from tests.storage.contract import KEY, MIB, mebibytes, read, sha256
from tests.storage.links_contract import HOUR, get, put

pytestmark = pytest.mark.usefixtures("folder")


def link(data: bytes = b"0123456789") -> str:
    """A link to a file of these bytes."""
    storage.put(KEY, iter([data]))
    return storage.signed_url(KEY, lifetime=HOUR)


def path_of(url: str) -> str:
    return "/files/" + url.partition("/files/")[2]


def test_a_large_download_does_not_stay_in_the_servers_memory() -> None:
    storage.put(KEY, mebibytes(64))
    url = storage.signed_url(KEY, lifetime=HOUR)
    get(url, Range="bytes=0-0")
    received = 0
    tracemalloc.start()
    try:
        with urllib3.request("GET", url, preload_content=False, retries=False) as answer:
            while block := answer.read(MIB):
                received += len(block)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert received == 64 * MIB
    assert peak < 16 * MIB


def test_a_reader_that_leaves_early_leaves_no_file_open(folder: Path) -> None:
    storage.put(KEY, mebibytes(64))
    url = storage.signed_url(KEY, lifetime=HOUR)
    with urllib3.request("GET", url, preload_content=False, retries=False) as answer:
        answer.read(10)
        answer.close()

    # Each of these would fail if the server had kept the connection or its thread.
    assert get(url, Range="bytes=0-0").status == 206
    assert sha256(get(url).data) == sha256(b"".join(mebibytes(64)))


def test_head_tells_all_but_the_file() -> None:
    url = link()
    whole, head = get(url), urllib3.request("HEAD", url, headers={"Range": "bytes=0-3"}, retries=False)

    assert head.status == 200
    assert head.data == b""
    for name in ("Content-Length", "Content-Type", "Content-Disposition", "ETag", "Accept-Ranges"):
        assert head.headers[name] == whole.headers[name]


def test_no_browser_runs_what_is_downloaded() -> None:
    answer = get(link())

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_that_did_not_change_is_not_sent_again() -> None:
    url = link()
    etag = get(url).headers["ETag"]

    assert get(url, **{"If-None-Match": etag}).status == 304
    link(b"other")
    assert get(url, **{"If-None-Match": etag}).data == b"other"


def test_the_rest_of_a_file_comes_only_while_it_is_the_same_file() -> None:
    url = link()
    etag = get(url).headers["ETag"]

    assert get(url, **{"If-Range": etag, "Range": "bytes=8-"}).data == b"89"
    link(b"abcdefghij")
    changed = get(url, **{"If-Range": etag, "Range": "bytes=8-"})
    assert (changed.status, changed.data) == (200, b"abcdefghij")


def test_a_range_beyond_the_end_says_how_long_the_file_is() -> None:
    answer = get(link(), Range="bytes=10-")

    assert answer.status == 416
    assert answer.headers["Content-Range"] == "bytes */10"


def test_an_authorization_header_is_ignored() -> None:
    assert get(link(), Authorization="Basic bm9ib2R5Om5vdGhpbmc=").status == 200


def test_the_refusal_of_a_forged_link_does_not_say_what_is_wrong() -> None:
    url = link()
    link_without_name, _, name = url.rpartition("/")
    door, _, token = link_without_name.rpartition("/")
    forged = [token[:-1] + "!", token.replace(".", ""), "nothing-signed"]
    addresses = [f"{door}/{each}/{name}" for each in forged]
    addresses += [f"{url}?a=b", link_without_name, f"{link_without_name}/other.csv"]
    answers = [get(address) for address in addresses]

    assert {answer.status for answer in answers} == {403}
    assert len({answer.data for answer in answers}) == 1
    problem = json.loads(answers[-1].data)
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert (problem["status"], problem["code"]) == (403, "link_invalid")
    assert (problem["error"], problem["message"]) == ("AccessDenied", "This link is not valid")


def test_an_expired_link_says_that_it_is_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    url = link()
    later = links.expiry(3_601)
    monkeypatch.setattr("edu_csv.storage.links.time.time", lambda: later)

    answer = get(url)

    assert answer.status == 403
    assert json.loads(answer.data)["message"] == "This link has expired"


def test_a_deleted_file_is_not_found() -> None:
    url = link()
    storage.delete(KEY)

    answer = get(url)

    assert answer.status == 404
    assert json.loads(answer.data)["error"] == "AssetNotFound"


def test_a_link_signed_with_another_key_is_forged_and_with_a_former_key_is_not(settings: Settings) -> None:
    url = link()
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key, as long as keys have to be in production"

    assert get(url).status == 403
    settings.SECRET_KEY_FALLBACKS = [former]
    assert get(url).status == 200


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
def test_the_door_knows_three_methods(method: str) -> None:
    answer = urllib3.request(method, link(), retries=False)

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, PUT"


def test_a_store_that_fails_asks_to_come_back_later(settings: Settings, tmp_path: Path) -> None:
    upload = storage.start_upload(KEY, 7)
    (tmp_path / "a-file").write_bytes(b"")
    settings.FILES_DIR = tmp_path / "a-file" / "files"

    answer = put(upload.parts[0].url, b"code\n1\n")

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"short", 400, "expected 7 bytes, got 5"),
        (b"longer than 7", 413, "Expected 7 bytes for part 1, got 13"),
    ],
)
def test_a_part_of_another_length_is_told_what_was_expected(body: bytes, status: int, said: str) -> None:
    answer = put(storage.start_upload(KEY, 7).parts[0].url, body)

    assert answer.status == status
    assert said in json.loads(answer.data)["detail"]


def test_a_failed_part_leaves_the_one_that_came_before() -> None:
    upload = storage.start_upload(KEY, 7)
    put(upload.parts[0].url, b"code\n1\n")
    put(upload.parts[0].url, b"short")

    storage.complete_upload(upload.state)

    assert read(KEY) == b"code\n1\n"


def test_a_part_cannot_be_sent_for_another_upload() -> None:
    mine, theirs = storage.start_upload(KEY, 7), storage.start_upload("uploads/8/theirs.csv", 7)
    put(mine.parts[0].url, b"code\n1\n")

    with pytest.raises(storage.IncompleteUpload):
        storage.complete_upload(theirs.state)


def test_an_upload_id_leads_nowhere_but_to_uploads() -> None:
    state = storage.start_upload(KEY, 7).state

    for wrong in ("../files", "", "a/b", ".."):
        with pytest.raises(storage.UnsafeKey):
            storage.abort_upload({**state, "id": wrong})


class TestUnderWsgi:
    def test_a_file_is_sent_block_by_block(self) -> None:
        stored = storage.put(KEY, mebibytes(3))

        answer = Client().get(path_of(storage.signed_url(KEY, lifetime=HOUR)))

        assert isinstance(answer, StreamingHttpResponse)
        assert not answer.is_async
        blocks = list(answer)
        assert max(len(block) for block in blocks) <= MIB
        assert sha256(b"".join(blocks)) == stored.sha256

    def test_a_range_is_sent_alone(self) -> None:
        answer = Client().get(path_of(link()), headers={"Range": "bytes=-3"})

        assert answer.status_code == 206
        assert b"".join(answer) == b"789"

    def test_a_part_needs_no_cookie(self) -> None:
        upload = storage.start_upload(KEY, 7)

        answer = Client(enforce_csrf_checks=True).put(path_of(upload.parts[0].url), b"code\n1\n")

        assert answer.status_code == 200
        assert storage.complete_upload(upload.state).size_bytes == 7


def test_links_live_as_long_as_the_setting_says(settings: Settings) -> None:
    settings.SIGNED_URL_SECONDS = 90

    assert storage.link_lifetime() == timedelta(seconds=90)
