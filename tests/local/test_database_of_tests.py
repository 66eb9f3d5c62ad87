"""The tests' own ground: who they are at the database, and that roles may not do more than they should."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import ProgrammingError, connection, transaction

from edu_csv import tenancy
from edu_csv.access import services
from edu_csv.access.models import Institution
from edu_csv.local import doctor


@pytest.mark.django_db
def test_tests_run_as_the_application_which_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("edu_csv_app",)
        cursor.execute(doctor.OWNS)
        assert cursor.fetchone() == (0,)
        refused = pytest.raises(ProgrammingError, match="permission denied for schema public")
        with refused, transaction.atomic():
            cursor.execute("CREATE TABLE mine (id integer)")


@pytest.mark.usefixtures("committed")
def test_what_a_test_commits_is_seen_by_another_process(process_environment: dict[str, str]) -> None:
    made = services.create_institution(name="Seen", slug="seen-by-another-process")
    question = "print(services.institution_id('seen-by-another-process'))"
    shown = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c",
         f"from edu_csv.access import services; {question}"],
        env=process_environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout.split()[-1] == str(made.pk)


@pytest.mark.django_db
def test_without_an_institution_no_row_is_seen() -> None:
    made = services.create_institution(name="Hidden", slug="hidden")
    assert not Institution.objects.filter(pk=made.pk).exists()
    with tenancy.use_institution(made.pk):
        assert Institution.objects.get(pk=made.pk).slug == "hidden"
