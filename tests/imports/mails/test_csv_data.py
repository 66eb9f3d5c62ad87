"""The mail about a file that went through a template (csv data import 4.7)."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.core import mail

from edu_csv import tenancy
from edu_csv.access.models import Institution
from imports import services
from imports.tasks import tell
from tests.api.csv_data.callers import GOOD, HEADER, PEOPLE, VIEWS, Script, add_template, new_script

MBOX = 'statements[0].actor.mbox: must be "mailto:" and an e-mail address. The current value is: mailto:.'
DESK = "desk@fjord.example"


@pytest.fixture
def script(committed: None) -> Script:
    """In an institution that lets mail go to its own domain."""
    mail.outbox = []
    made = new_script()
    with tenancy.use_institution(made.tenant.pk):
        Institution.objects.filter(pk=made.tenant.pk).update(notify_domains=["fjord.example"])
    return made


def mails(script: Script, number: int) -> list[mail.EmailMultiAlternatives]:
    tell()
    at = f"/imports/{script.stored(number).pk}/"
    return [each for each in cast("list[mail.EmailMultiAlternatives]", mail.outbox) if at in str(each.body)]


def parts(sent: mail.EmailMultiAlternatives) -> tuple[str, str]:
    """The text and the HTML, blanks run together."""
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    return " ".join(str(sent.body).split()), " ".join(str(html).split())


def test_it_says_all_that_there_is_to_know(script: Script) -> None:
    again = "\n".join([HEADER, GOOD, ""])
    script.import_(again)
    number = script.import_(VIEWS, notify=DESK)
    [sent] = mails(script, number)
    assert sent.subject == "CSV import finished: 1 of 2 rows (Lecture views)"
    assert sent.to == [DESK]
    text, html = parts(sent)
    for said in (
        f"Organization: Fjord State University ({script.organization})",
        "Template: Lecture views",
        "File: views.csv, 127 bytes",
        "Import: 2",
        "Sent by: Nightly feed",
        "Rows: 2 Statements stored: 0 Duplicates: 1 Failed rows: 1",
        f"Row 3: {MBOX}",
        f"/imports/{script.stored(number).pk}/",
        "(Europe/Oslo)",
    ):
        assert said in text
    assert (
        '<th align="left" valign="top" scope="row">Row 3</th><td>statements[0].actor.mbox: must be &quot;'
        in html
    )
    assert "ana@example.edu" not in text


def test_each_address_has_a_message_of_its_own_once(script: Script) -> None:
    number = script.import_(notify=f"{DESK},registry@fjord.example,{DESK.upper()},stranger@elsewhere.example")
    sent = mails(script, number)
    assert sorted(tuple(each.to) for each in sent) == [(DESK,), ("registry@fjord.example",)]
    assert all(not each.cc and not each.bcc for each in sent)
    assert len(mails(script, number)) == 2


def test_the_first_twenty_failed_rows_stand_in_it(script: Script) -> None:
    rows = [GOOD, *(f"u-{n},,v-17,2025-09-03 14:05:30,30" for n in range(3, 1_002))]
    number = script.import_("\n".join([HEADER, *rows, ""]), notify=DESK)
    [sent] = mails(script, number)
    assert sent.subject == "CSV import finished: 1 of 1,000 rows (Lecture views)"
    text, html = parts(sent)
    for part in (text, html):
        assert part.count("Row ") == 20
        assert "Row 22" in part
        assert "And 979 more: see the import." in part


def test_a_file_that_fails_whole_is_told_why(script: Script) -> None:
    number = script.import_("User ID\nx\n", notify=DESK)
    [sent] = mails(script, number)
    assert sent.subject == "CSV import failed (Lecture views)"
    text, _ = parts(sent)
    assert "Nothing of this file was stored." in text
    assert "Row 1: The file lacks" in text
    assert "Statements stored" not in text


def test_people_and_groups_are_counted_too(script: Script) -> None:
    add_template(script.tenant, "People", PEOPLE, kind="groups")
    number = script.import_(
        "ID,Name,Email,Group\np-11,Kofi Mensah,kofi@example.edu,music\n", "People", notify=DESK
    )
    text, _ = parts(mails(script, number)[0])
    assert "People created: 1" in text


def test_what_a_file_says_is_text_in_the_html_part_and_stays_on_its_line(script: Script) -> None:
    number = script.import_(f'{HEADER}\nu,"<b>x</b>\nRow 9: forged",v,2025-09-03 14:05:30,30\n', notify=DESK)
    [sent] = mails(script, number)
    [(html, _)] = sent.alternatives
    assert "<b>x" not in str(html)
    assert "\nRow 9" not in str(sent.body)


def test_a_void_is_not_mailed_but_an_import_voided_before_it_was_told_is(script: Script) -> None:
    first = script.import_(notify=DESK)
    assert len(mails(script, first)) == 1
    script.ask("delete", f"csv-import/{first}")
    assert len(mails(script, first)) == 1
    second = script.import_("User ID\nx\n", notify=DESK)
    script.ask("delete", f"csv-import/{second}")
    assert len(mails(script, second)) == 1


def test_a_preview_sends_none(script: Script) -> None:
    script.preview(notify=DESK)
    tell()
    assert not any(DESK in each.to for each in mail.outbox)


def test_one_that_waits_for_approval_is_told_as_all_imports_are_and_then_its_end(script: Script) -> None:
    [(template,)] = script.tenant.query("SELECT id FROM imports_template")
    options: dict[str, Any] = {"action": "", "mode": "preview", "notify": [DESK]}
    upload = script.tenant.load(VIEWS, f"watershed.{template}", **options)
    [waits] = mails(script, upload.number)
    assert "waits for approval" in waits.subject
    with tenancy.use_institution(script.tenant.pk):
        services.approve(script.tenant.actor, upload)
    script.tenant.work()
    [_, done] = mails(script, upload.number)
    assert done.subject == "CSV import finished: 1 of 2 rows (Lecture views)"
