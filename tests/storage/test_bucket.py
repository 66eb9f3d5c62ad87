"""A bucket keeps the contract against a real S3 server, and its faults come out as ours."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
import urllib3
from pytest_django import Settings

from edu_csv import storage
from tests.storage.contract import KEY, MIB, FileContract, mebibytes, read, sha256
from tests.storage.links_contract import DirectUploadContract, LinkContract, get
from tests.storage.servers import BreakingLine, S3Server, free_port


@pytest.mark.usefixtures("bucket")
class TestBucketFiles(FileContract):
    memory_bytes = 40 * MIB  # one part, its copy on the way out, and boto's own


@pytest.mark.usefixtures("bucket")
class TestBucketLinks(LinkContract):
    range_statuses = (206, 200)


@pytest.mark.usefixtures("bucket")
class TestBucketUploads(DirectUploadContract):
    pass


def test_more_keys_than_fit_one_answer_are_all_listed(
    bucket: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edu_csv.storage.bucket.LISTED_AT_ONCE", 5)
    keys = {f"exports/7/{number}.csv" for number in range(12)}
    for key in keys:
        storage.put(key, iter([b"x"]))

    assert {found.key for found in storage.list_keys("exports/")} == keys


def test_a_stream_that_breaks_goes_on_where_it_broke(bucket: S3Server, settings: Settings) -> None:
    stored = storage.put(KEY, mebibytes(20))
    line = BreakingLine(bucket.port, breaks=2, after_bytes=3 * MIB)
    with closing(line):
        settings.S3_ENDPOINT_URL = line.url

        assert sha256(read(KEY)) == stored.sha256
        assert line.broken == 2


def test_a_store_that_goes_away_while_it_is_read_is_unavailable(bucket: S3Server, settings: Settings) -> None:
    storage.put(KEY, mebibytes(20))
    with closing(BreakingLine(bucket.port, breaks=1, after_bytes=3 * MIB)) as first:
        settings.S3_ENDPOINT_URL = first.url
        with storage.open_file(KEY) as file:
            assert len(file.read(MIB)) == MIB
            first.close()
            with pytest.raises(storage.StorageUnavailable, match="asked to read"):
                file.read()


def test_a_file_that_is_replaced_while_it_is_read_is_not_mixed_with_the_new_one(bucket: S3Server) -> None:
    storage.put(KEY, iter([b"a" * 3 * MIB]))
    with storage.open_file(KEY) as file:
        assert file.read(1) == b"a"
        storage.put(KEY, iter([b"b" * 3 * MIB]))
        file.seek(2 * MIB)
        with pytest.raises(storage.StorageUnavailable, match="replaced while it was read"):
            file.read()


def test_a_store_that_does_not_answer_is_unavailable_whatever_is_asked(
    bucket: S3Server, settings: Settings
) -> None:
    settings.S3_ENDPOINT_URL = f"http://127.0.0.1:{free_port()}"
    for ask in (
        lambda: storage.put(KEY, iter([b"x"])),
        lambda: storage.open_file(KEY),
        lambda: storage.exists(KEY),
        lambda: list(storage.list_keys("")),
        storage.reachable,
    ):
        with pytest.raises(storage.StorageUnavailable, match="S3_ENDPOINT_URL"):
            ask()


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("S3_ACCESS_KEY", "somebody-else", "Correct S3_ACCESS_KEY"),
        ("S3_SECRET_KEY", "wrong", "Correct S3_SECRET_KEY"),
        ("S3_BUCKET", "no-such-bucket", "correct S3_BUCKET"),
    ],
)
def test_a_wrong_setting_is_named(
    bucket: S3Server, settings: Settings, name: str, value: str, advice: str
) -> None:
    setattr(settings, name, value)

    with pytest.raises(storage.StorageUnavailable, match=advice):
        storage.put(KEY, iter([b"x"]))
    with pytest.raises(storage.StorageUnavailable):
        storage.reachable()


def test_links_lead_to_the_address_that_browsers_know(bucket: S3Server, settings: Settings) -> None:
    settings.S3_PUBLIC_ENDPOINT_URL = "https://files.edu.example"

    upload = storage.start_upload(KEY, 1)
    for url in (storage.signed_url(KEY, lifetime=timedelta(hours=1)), upload.parts[0].url):
        assert url.startswith(f"https://files.edu.example/{settings.S3_BUCKET}/uploads/7/0190/enrol.csv?")


def test_links_to_amazon_lead_to_the_region_of_the_bucket(settings: Settings) -> None:
    settings.S3_BUCKET, settings.S3_REGION = "rosters", "eu-central-1"
    settings.S3_ENDPOINT_URL = settings.S3_PUBLIC_ENDPOINT_URL = ""
    settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "key", "secret"

    url = storage.signed_url(KEY, lifetime=timedelta(hours=1))

    assert url.startswith("https://rosters.s3.eu-central-1.amazonaws.com/uploads/7/0190/enrol.csv?")


def test_a_direct_upload_is_held_to_its_length_by_the_store_itself(bucket: S3Server) -> None:
    upload = storage.start_upload(KEY, 7)

    assert "content-length" in upload.parts[0].url.partition("X-Amz-SignedHeaders=")[2].partition("&")[0]
    assert urllib3.request("PUT", upload.parts[0].url, body=b"x" * 8, retries=False).status == 403


def test_the_folder_is_not_touched(bucket: S3Server, settings: Settings) -> None:
    storage.put(KEY, iter([b"x"]))
    storage.reachable()

    assert not settings.FILES_DIR.exists()


def test_our_own_door_is_shut(bucket: S3Server, web_url: str, settings: Settings) -> None:
    bucket_name, settings.S3_BUCKET = settings.S3_BUCKET, ""
    settings.PUBLIC_BASE_URL = web_url
    ours = storage.signed_url(KEY, lifetime=timedelta(hours=1))
    settings.S3_BUCKET = bucket_name
    storage.put(KEY, iter([b"x"]))

    assert get(ours).status == 404
