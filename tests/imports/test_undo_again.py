"""What an undo left alone can be undone again, once nothing stands in its way any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from edu_csv import tenancy
from edu_csv.front.roster import causes
from edu_csv.jobs.models import Job, Status
from edu_csv.roster.nouns import ROSTER_ORDER
from imports import services, undo
from imports.formats.registry import formats
from imports.models import Conflict, Import
from imports.requests import WrongState
from tests.api.caller import caller_in
from tests.exports.doors import Pages
from tests.imports.activity.acts import number
from tests.imports.harness import Tenant, csv_text, sample

COURSES, SECTIONS = "echovideo.courses.v1", "echovideo.sections.v1"
COURSE_HEADER = ["Course ID", "Course Code", "Course Name", "Organization ID", "Department ID", "External ID"]
MEDIA, VIEWS = "activity.media", "activity.views"


def course(code: str, name: str, external_id: str = "C-OCE210") -> str:
    return csv_text(COURSE_HEADER, ["C-OCE210", code, name, "", "", external_id])


def void_of(upload: Import) -> dict[str, Any]:
    assert upload.void is not None
    void: dict[str, Any] = upload.void
    return void


def counts(upload: Import) -> tuple[int, int, int]:
    """restored, removed, conflicts_total."""
    void = void_of(upload)
    return void["restored"], void["removed"], void["conflicts_total"]


def conflicts(tenant: Tenant, upload: Import) -> list[str]:
    with tenancy.use_institution(tenant.pk):
        return [each.reason for each in Conflict.objects.filter(upload=upload).order_by("place")]


def test_videos_that_were_undone_before_their_views_go_when_the_views_are_gone(tenant: Tenant) -> None:
    tenant.load_samples()
    caller = caller_in(tenant)
    media, views = (tenant.load(sample(formats()[key]), key) for key in (MEDIA, VIEWS))
    address = f"/imports/{media.pk}/void"
    assert caller.post(address).status_code == 202
    tenant.work()
    told = caller.get(f"/imports/{media.pk}").json()
    assert (told["status"], told["void"]["removed"], told["void"]["conflicts_total"]) == ("voided", 0, 2)
    assert number(tenant, "video") == 2
    assert caller.post(f"/imports/{views.pk}/void").status_code == 202
    tenant.work()

    preview = caller.post(address, {"preview": True})
    assert preview.status_code == 200
    assert (preview.json()["removed"], preview.json()["conflicts_total"]) == (2, 0)
    asked = caller.post(address)
    assert (asked.status_code, asked.json()["status"]) == (202, "voiding")
    # Nothing that is kept to go on with is told.
    assert {"job", "earlier", "before"}.isdisjoint(asked.json()["void"])
    tenant.work()
    told = caller.get(f"/imports/{media.pk}").json()
    assert (told["status"], told["void"]["removed"], told["void"]["conflicts_total"]) == ("voided", 2, 0)
    assert told["void"]["by_type"] == {"video": {"removed": 2}}
    assert {"job", "earlier", "before"}.isdisjoint(told["void"])
    assert caller.results(f"/imports/{media.pk}/conflicts") == []
    assert number(tenant, "video") == 0

    for body in (None, {"preview": True}):
        refused = caller.post(address, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


def test_a_roster_that_was_undone_in_the_wrong_order_is_undone_to_the_end(tenant: Tenant) -> None:
    before = {noun.name: number(tenant, noun.name) for noun in ROSTER_ORDER}
    uploads = tenant.load_basics()
    # All are undone oldest first, over and over, as someone who does not know the order.
    left, goes = list(uploads), 0
    while left and goes < len(uploads):
        goes += 1
        done = [tenant.undo(upload) for upload in left]
        left = [upload for upload in done if void_of(upload)["conflicts_total"]]
    assert (left, goes > 1) == ([], True)
    assert {noun.name: number(tenant, noun.name) for noun in ROSTER_ORDER} == before
    with tenancy.use_institution(tenant.pk):
        for upload in Import.objects.select_related("job"):
            made = sum(by.get("created", 0) for by in upload.effects.values()) + upload.counts["created"]
            # Each object that it made went once.
            assert void_of(upload)["removed"] == made
        assert not Conflict.objects.exists()


def test_counts_add_up_and_what_was_taken_back_is_not_touched_again(loaded: Tenant) -> None:
    before = loaded.dump()
    ours = loaded.load(course("OCE211", "Waves", "C-NEW"), COURSES, "update")
    later = loaded.load(
        csv_text(COURSE_HEADER, ["C-NEW", "OCE211", "Big waves", "", "", "C-NEW"]), COURSES, "update"
    )
    ours = loaded.undo(ours)
    assert counts(ours) == (1, 0, 1)
    # Code and External ID are back; the name is a later file's.
    assert loaded.query("SELECT code, name FROM roster_course WHERE external_id = 'C-OCE210'") == [
        ("OCE210", "Big waves")
    ]
    first = UUID(void_of(ours)["job"])

    # Tried too early, nothing moves, and nothing is told twice.
    ours = loaded.undo(ours)
    assert (counts(ours), conflicts(loaded, ours)) == ((1, 0, 1), ["changed_later"])

    assert counts(loaded.undo(later)) == (1, 0, 0)
    with tenancy.use_institution(loaded.pk):
        told = undo.preview(ours)
    assert (told["restored"], told["conflicts_total"]) == (1, 0)
    ours = loaded.undo(ours)
    assert (counts(ours), conflicts(loaded, ours)) == ((2, 0, 0), [])
    assert loaded.dump() == before
    with tenancy.use_institution(loaded.pk):
        # Histories know each of the undos as one of this import.
        undoes = causes.look_up(loaded.actor, [first, UUID(void_of(ours)["job"])]).undoes
        assert {upload.pk for upload in undoes.values()} == {ours.pk}
        assert len(undoes) == 2
        with pytest.raises(WrongState):
            services.void(loaded.actor, ours, services.UndoRequest())


@pytest.mark.parametrize("restore", [True, False])
def test_what_an_undo_removed_and_a_later_file_made_anew_stays(tenant: Tenant, restore: bool) -> None:
    courses = tenant.load_basics()[1]
    courses = tenant.undo(courses)
    # GEN001 went; OCE210 has sections.
    assert counts(courses) == (0, 1, 1)
    [(gone,)] = tenant.query("SELECT id FROM roster_course WHERE code = 'GEN001'")
    tenant.query("UPDATE roster_course SET deleted_at = NULL WHERE id = %s", gone)
    courses = tenant.undo(courses, restore=restore)
    assert counts(courses) == (0, 1, 1)
    assert conflicts(tenant, courses) == ["has_dependants"]
    assert tenant.query("SELECT deleted_at FROM roster_course WHERE id = %s", gone) == [(None,)]


def test_an_undo_that_fails_leaves_the_import_as_the_last_one_left_it(tenant: Tenant) -> None:
    courses = tenant.undo(tenant.load_basics()[1])
    with tenancy.use_institution(tenant.pk):
        was = void_of(courses)
        asked = services.void(tenant.actor, courses, services.UndoRequest(restore=False))
        job = UUID(void_of(asked)["job"])
        assert (asked.job.status, str(job) != was["job"]) == (Status.VOIDING, True)
        undo.give_up(job)
        Job.objects.filter(pk=job).update(state="ended", status=Status.FAILED)
    again = tenant.fresh(courses)
    assert (again.job.status, again.void) == ("voided", was)
    # And it can be asked for anew.
    assert counts(tenant.undo(again)) == (0, 1, 1)


def test_the_page_leads_to_undoing_what_was_left(tenant: Tenant) -> None:
    tenant.load_samples()
    browser = Pages(tenant).client
    media, views = (tenant.load(sample(formats()[key]), key) for key in (MEDIA, VIEWS))
    media = tenant.undo(media)
    tenant.undo(views)
    address = f"/imports/{media.pk}/undo/"
    done = browser.get(address).content.decode()
    assert f'href="{address}?again=1"' in done
    assert "Undo 2 changes" not in done
    preview = browser.get(f"{address}?again=1").content.decode()
    assert "Undo 2 changes" in preview
    assert browser.post(address).status_code == 302
    tenant.work()
    assert number(tenant, "video") == 0
    done = browser.get(f"{address}?again=1").content.decode()
    assert f'href="{address}?again=1"' not in done
    assert "2 removed again" in browser.get(f"/imports/{media.pk}/").content.decode()


def test_the_csv_data_import_api_voids_once(tenant: Tenant) -> None:
    courses = tenant.undo(tenant.load_basics()[1])
    with tenancy.use_institution(tenant.pk), pytest.raises(WrongState):
        services.void(tenant.actor, courses, services.UndoRequest(restore=False), again=False)
