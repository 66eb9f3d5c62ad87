"""What both stores promise: links that whoever holds them may use, and nobody can make or stretch.

The S3 server of the tests answers 400 to an expired link where AWS and our own door say 403.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import urllib3

from edu_csv import storage
from tests.storage.contract import KEY, MIB, mebibytes, read, sha256

HOUR = timedelta(hours=1)
REFUSED = (400, 403)


def get(url: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", url, headers=headers, retries=False)


def put(url: str, body: bytes) -> urllib3.BaseHTTPResponse:
    return urllib3.request("PUT", url, body=body, retries=False)


def altered(url: str) -> Iterator[str]:
    """The link with one character changed: in its last letter, and in each of three other places."""
    for place in (len(url) - 1, len(url) - 20, len(url) // 2, len(url) * 2 // 3):
        yield url[:place] + ("A" if url[place] != "A" else "B") + url[place + 1 :]


class LinkContract:
    """range_statuses: what the server answers to a range; rclone sends 200 with the range's headers."""

    range_statuses: tuple[int, ...] = (206,)

    def test_whoever_holds_a_link_downloads_the_file(self) -> None:
        storage.put(KEY, iter([b"code\n1\n"]))

        answer = get(storage.signed_url(KEY, lifetime=HOUR))

        assert answer.status == 200
        assert answer.data == b"code\n1\n"
        assert answer.headers["Content-Length"] == "7"
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="enrol.csv"')
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["ETag"]

    def test_a_link_may_be_used_again(self) -> None:
        storage.put(KEY, iter([b"x"]))
        url = storage.signed_url(KEY, lifetime=HOUR)

        assert [get(url).data for _ in range(3)] == [b"x"] * 3

    def test_a_large_file_comes_whole(self) -> None:
        stored = storage.put(KEY, mebibytes(20))

        assert sha256(get(storage.signed_url(KEY, lifetime=HOUR)).data) == stored.sha256

    def test_a_gzipped_file_stays_gzipped(self) -> None:
        storage.put("exports/7/sections.csv.gz", iter([b"packed"]))

        url = storage.signed_url("exports/7/sections.csv.gz", lifetime=HOUR)
        answer = get(url, **{"Accept-Encoding": "gzip"})

        assert answer.headers["Content-Type"] == "application/gzip"
        assert "Content-Encoding" not in answer.headers
        assert answer.data == b"packed"

    def test_plain_text_is_not_packed_on_the_way(self) -> None:
        storage.put(KEY, iter([b"code\n" * 1_000]))

        answer = get(storage.signed_url(KEY, lifetime=HOUR), **{"Accept-Encoding": "gzip"})

        assert "Content-Encoding" not in answer.headers
        assert len(answer.data) == 5_000

    def test_the_file_is_saved_under_the_name_that_was_asked_for(self) -> None:
        storage.put(KEY, iter([b"x"]))

        url = storage.signed_url(KEY, lifetime=HOUR, filename='../Élèves "2031"\r\nX: y.csv')

        header = get(url).headers["Content-Disposition"]
        assert header.startswith('attachment; filename="Eleves-2031-X-y.csv"; ')
        assert header.endswith("filename*=UTF-8''%C3%89l%C3%A8ves%20%222031%22X%3A%20y.csv")

    def test_the_type_is_the_one_that_was_asked_for(self) -> None:
        storage.put("exports/7/names.dat", iter([b"x"]))

        asked = storage.signed_url("exports/7/names.dat", lifetime=HOUR, content_type="text/x-names")
        unasked = storage.signed_url("exports/7/names.dat", lifetime=HOUR)

        assert get(asked).headers["Content-Type"] == "text/x-names"
        assert get(unasked).headers["Content-Type"] == "application/octet-stream"

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [("bytes=0-3", 0, 3), ("bytes=4-", 4, 9), ("bytes=-2", 8, 9), ("bytes=5-99", 5, 9)],
    )
    def test_a_range_is_sent_alone(self, asked: str, first: int, last: int) -> None:
        storage.put(KEY, iter([b"0123456789"]))

        answer = get(storage.signed_url(KEY, lifetime=HOUR), Range=asked)

        assert answer.status in self.range_statuses
        assert answer.data == b"0123456789"[first : last + 1]
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/10"

    def test_a_range_beyond_the_end_is_refused(self) -> None:
        storage.put(KEY, iter([b"0123456789"]))

        assert get(storage.signed_url(KEY, lifetime=HOUR), Range="bytes=10-").status == 416

    def test_a_forged_link_is_refused(self) -> None:
        storage.put(KEY, iter([b"secret"]))

        for forged in altered(storage.signed_url(KEY, lifetime=HOUR)):
            answer = get(forged)
            assert answer.status in REFUSED
            assert b"secret" not in answer.data

    def test_a_link_is_refused_when_something_is_added_to_it(self) -> None:
        storage.put(KEY, iter([b"secret"]))
        url = storage.signed_url(KEY, lifetime=HOUR)

        assert get(url + ("&" if "?" in url else "?") + "response-content-type=text/html").status in REFUSED

    def test_an_expired_link_is_refused(self) -> None:
        storage.put(KEY, iter([b"secret"]))
        url = storage.signed_url(KEY, lifetime=timedelta(seconds=2))
        assert get(url).status == 200

        time.sleep(3.1)

        assert get(url).status in REFUSED

    def test_deleting_the_file_ends_its_link(self) -> None:
        storage.put(KEY, iter([b"x"]))
        url = storage.signed_url(KEY, lifetime=HOUR)
        storage.delete(KEY)

        assert get(url).status == 404

    def test_a_download_link_is_no_leave_to_write(self) -> None:
        storage.put(KEY, iter([b"before"]))

        assert put(storage.signed_url(KEY, lifetime=HOUR), b"after").status in REFUSED
        assert read(KEY) == b"before"

    @pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1), timedelta(days=7, seconds=1)])
    def test_a_lifetime_is_between_a_second_and_seven_days(self, lifetime: timedelta) -> None:
        with pytest.raises(ValueError, match="between 1 second and 7 days"):
            storage.signed_url(KEY, lifetime=lifetime)

    def test_a_link_may_live_for_seven_days(self) -> None:
        storage.put(KEY, iter([b"x"]))

        assert get(storage.signed_url(KEY, lifetime=timedelta(days=7))).status == 200


class DirectUploadContract:
    part_bytes = 5 * MIB  # the least that S3 takes

    def start(self, size_bytes: int, lifetime: timedelta = HOUR) -> storage.DirectUpload:
        return storage.start_upload(KEY, size_bytes, part_bytes=self.part_bytes, lifetime=lifetime)

    def test_a_small_file_is_one_part(self) -> None:
        upload = storage.start_upload(KEY, 7)

        assert upload.method == "PUT"
        assert [part.number for part in upload.parts] == [1]
        assert upload.part_bytes == 64 * MIB
        assert timedelta(hours=23) < upload.expires_at - datetime.now(UTC) <= timedelta(days=1)
        assert put(upload.parts[0].url, b"code\n1\n").status == 200
        assert not storage.exists(KEY)

        stored = storage.complete_upload(upload.state)

        assert stored == storage.StoredFile(KEY, 7, sha256(b"code\n1\n"))
        assert read(KEY) == b"code\n1\n"

    def test_a_large_file_comes_in_parts_in_any_order(self) -> None:
        data = b"".join(mebibytes(12))
        upload = self.start(len(data))
        assert [part.number for part in upload.parts] == [1, 2, 3]

        for part in (upload.parts[0], upload.parts[2], upload.parts[1]):
            start = (part.number - 1) * upload.part_bytes
            assert put(part.url, data[start : start + upload.part_bytes]).status == 200
        # As it comes back from the database.
        state = json.loads(json.dumps(upload.state))

        assert storage.complete_upload(state).sha256 == sha256(data)
        assert sha256(read(KEY)) == sha256(data)

    def test_a_part_may_be_sent_again(self) -> None:
        upload = self.start(7)
        for _ in range(2):
            assert put(upload.parts[0].url, b"code\n1\n").status == 200

        assert storage.complete_upload(upload.state).size_bytes == 7

    def test_completing_twice_gives_the_same_file(self) -> None:
        upload = self.start(7)
        put(upload.parts[0].url, b"code\n1\n")

        assert storage.complete_upload(upload.state) == storage.complete_upload(upload.state)

    def test_what_was_completed_cannot_be_changed_by_its_links(self) -> None:
        upload = self.start(7)
        put(upload.parts[0].url, b"code\n1\n")
        storage.complete_upload(upload.state)

        assert put(upload.parts[0].url, b"code\n2\n").status == 404
        assert read(KEY) == b"code\n1\n"

    def test_a_missing_part_is_named_and_may_follow(self) -> None:
        data = b"".join(mebibytes(6))
        upload = self.start(len(data))
        put(upload.parts[0].url, data[: upload.part_bytes])

        with pytest.raises(storage.IncompleteUpload, match=r"part 2 \(expected 1048576 bytes, got none\)"):
            storage.complete_upload(upload.state)
        assert not storage.exists(KEY)
        put(upload.parts[1].url, data[upload.part_bytes :])

        assert storage.complete_upload(upload.state).sha256 == sha256(data)

    @pytest.mark.parametrize("body", [b"", b"short", b"too long for it", b"x" * 3 * MIB])
    def test_a_part_of_another_length_is_refused(self, body: bytes) -> None:
        upload = self.start(7)

        # A server that refuses by the announced length may close before it has read it all.
        try:
            status = put(upload.parts[0].url, body).status
        except urllib3.exceptions.ProtocolError:
            status = 413
        assert status in (400, 403, 413)
        with pytest.raises(storage.IncompleteUpload, match="part 1"):
            storage.complete_upload(upload.state)

    def test_a_part_without_announced_length_is_kept_to_its_length_too(self) -> None:
        upload = self.start(7)

        answer = urllib3.request("PUT", upload.parts[0].url, body=io.BytesIO(b"x" * 70), retries=False)

        assert answer.status in (400, 403, 411, 413, 501)
        with pytest.raises(storage.IncompleteUpload, match="part 1"):
            storage.complete_upload(upload.state)

    def test_a_forged_part_link_is_refused(self) -> None:
        upload = self.start(7)

        for forged in altered(upload.parts[0].url):
            assert put(forged, b"code\n1\n").status in (400, 403, 404)
        with pytest.raises(storage.IncompleteUpload):
            storage.complete_upload(upload.state)

    def test_the_link_of_one_part_is_no_leave_to_send_another(self) -> None:
        upload = self.start(self.part_bytes * 2)
        first, second = (part.url for part in upload.parts)

        assert first != second
        assert put(first, bytes(self.part_bytes)).status == 200
        with pytest.raises(storage.IncompleteUpload, match="part 2"):
            storage.complete_upload(upload.state)

    def test_an_expired_part_link_is_refused(self) -> None:
        upload = self.start(7, lifetime=timedelta(seconds=1))

        time.sleep(2.1)

        assert put(upload.parts[0].url, b"code\n1\n").status in REFUSED

    def test_a_part_link_is_no_leave_to_read(self) -> None:
        upload = self.start(7)
        put(upload.parts[0].url, b"secret!")

        answer = get(upload.parts[0].url)

        assert answer.status in (400, 403, 404)
        assert b"secret" not in answer.data

    def test_an_aborted_upload_has_ended(self) -> None:
        upload = self.start(7)
        put(upload.parts[0].url, b"code\n1\n")

        storage.abort_upload(upload.state)
        storage.abort_upload(upload.state)

        assert put(upload.parts[0].url, b"code\n1\n").status == 404
        with pytest.raises(storage.IncompleteUpload, match="Start a new one"):
            storage.complete_upload(upload.state)
        assert not storage.exists(KEY)

    def test_an_upload_that_nobody_completes_is_purged(self) -> None:
        upload = self.start(7)
        put(upload.parts[0].url, b"code\n1\n")

        assert storage.purge_unfinished(HOUR) == 0
        assert storage.purge_unfinished(timedelta(0)) == 1

        assert put(upload.parts[0].url, b"code\n1\n").status == 404
        assert storage.purge_unfinished(timedelta(0)) == 0

    def test_an_empty_file_has_nothing_to_upload(self) -> None:
        with pytest.raises(ValueError, match="at least 1 byte"):
            self.start(0)
