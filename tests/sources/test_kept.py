"""Pages say of a file whose secrets were taken out what was sent, and what is kept of it."""

from __future__ import annotations

from edu_csv import tenancy
from edu_csv.front.sources.files import folders, largest
from edu_csv.pages.words import size
from imports.models import Import
from imports.views.result import way_on
from tests.imports.harness import Tenant
from tests.sources.feeding import new_feed
from tests.sources.test_families import USERS


def test_pages_say_how_long_a_file_was_and_that_it_is_not_kept_as_it_came(tenant: Tenant) -> None:
    d2l = new_feed(tenant, name="D2L", slug="d2l", family="d2l")
    good, refused = USERS, USERS.replace(b",", b";")
    d2l.send("good.csv", good)
    d2l.send("refused.csv", refused)
    d2l.work()
    with tenancy.use_institution(tenant.pk):
        _, processed, failed = folders(d2l.source)
        uploads = {upload.file_name: upload for upload in Import.objects.select_related("job")}
    lines = {line["name"].partition("-")[2]: line for part in (processed, failed) for line in part["files"]}
    assert lines["good.csv"]["size"] == size(len(good))
    assert lines["good.csv"]["note"].startswith("Kept without the secret cells: ")
    assert lines["refused.csv"]["size"] == size(len(refused))
    kept = "Kept without what could not be read, since that may hold passwords: 2 bytes."
    assert lines["refused.csv"]["note"].endswith(kept)
    # No other format would take it either.
    assert way_on(uploads["refused.csv"]) == (
        "The upload is kept without what could not be read, since that may hold passwords. Correct what the sentence"
        " above names."
    )


def test_a_file_of_a_feed_that_cannot_be_opened_is_told_in_the_words_of_its_family(tenant: Tenant) -> None:
    d2l = new_feed(tenant, name="D2L", slug="d2l", family="d2l")
    d2l.send("users.csv", b"\xe9" + USERS)
    d2l.work()
    log = d2l.read("failed", ".log")
    assert "Code:      not_utf8" in log
    assert "Files of this kind are UTF-8" in log
    assert "choose the encoding" not in log


def test_the_largest_package_is_promised_no_larger_than_it_is_read(tenant: Tenant) -> None:
    d2l = new_feed(tenant, name="D2L", slug="d2l", family="d2l")
    assert largest(d2l.source) == "2.1 GB, or 268 MB for a package"
    assert largest(d2l.change(limits={"max_file_bytes": 100_000_000})) == "100 MB"
    assert largest(new_feed(tenant, name="Echo", slug="echo").source) == "2.1 GB"
