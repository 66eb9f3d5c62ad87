"""Pages say why an undo leaves something alone, and what to undo before it."""

from __future__ import annotations

import re
from html import unescape

from imports.formats.registry import formats
from tests.exports.doors import Pages
from tests.imports.harness import Tenant, csv_text, sample

MEDIA, VIEWS, COURSES = "activity.media", "activity.views", "echovideo.courses.v1"
FIRST = "Undo first the imports that made what hangs on them, then this one."


def read(tenant: Tenant, address: str) -> str:
    page = Pages(tenant).client.get(address).content.decode()
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def test_what_views_hang_on_was_not_changed_by_anything(tenant: Tenant) -> None:
    tenant.load_samples()
    media, views = (tenant.load(sample(formats()[key]), key) for key in (MEDIA, VIEWS))
    preview = read(tenant, f"/imports/{media.pk}/undo/")
    assert (
        "Nothing can be undone yet. All 2 changes are left alone, because something made later hangs"
        in preview
    )
    assert FIRST in preview
    tenant.undo(media)
    done = read(tenant, f"/imports/{media.pk}/")
    assert (
        "Nothing was undone. 2 changes were left alone, because something made later hangs on them." in done
    )
    assert FIRST in done
    assert "changed them since" not in done
    # In the order that was named, all of it goes.
    tenant.undo(views)
    tenant.undo(media)
    assert "Undone: 2 removed again. The roster is as it was" in read(tenant, f"/imports/{media.pk}/")


def course(name: str) -> str:
    header = ["Course ID", "Course Code", "Course Name", "Organization ID", "Department ID", "External ID"]
    return csv_text(header, ["C-OCE210", "OCE-210", name, "", "", "C-OCE210"])


def test_what_was_changed_later_has_nothing_to_undo_before(tenant: Tenant) -> None:
    tenant.load_samples()
    changed = tenant.load(course("Oceans"), COURSES, action="update")
    tenant.load(course("Seas"), COURSES, action="update")
    tenant.undo(changed)
    done = read(tenant, f"/imports/{changed.pk}/")
    assert "left alone, because something has changed it since." in done
    assert "Undo first" not in done
