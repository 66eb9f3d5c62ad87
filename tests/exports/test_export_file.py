"""``manage.py export_file``: a file, packed or not, or standard output."""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.exports.harness import cells
from tests.imports.harness import Tenant

SECTIONS = "echovideo.sections.v1"


def run(tenant: Tenant, *options: str) -> str:
    """What it says on standard error."""
    err = io.StringIO()
    call_command("export_file", *options, "--institution", tenant.slug, stderr=err)
    return err.getvalue()


def test_it_writes_the_file_and_says_what_is_in_it(loaded: Tenant, tmp_path: Path) -> None:
    loaded.query("UPDATE roster_section SET external_id = 'S;1' WHERE name = '02'")
    path = tmp_path / "sections.csv"
    said = run(
        loaded, SECTIONS, "--output", str(path), "--filter", "term=T-2031A", "--filter", "term=T-2032S"
    )
    assert len(cells(path.read_bytes())) == 2
    assert "1 rows" in said
    assert "Left out: 1. External ID holds a semicolon" in said
    assert [child.name for child in tmp_path.iterdir()] == ["sections.csv"]


def test_a_name_in_gz_is_packed(loaded: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "sections.csv.gz"
    run(loaded, SECTIONS, "--output", str(path), "--delimiter", "tab")
    assert len(cells(gzip.decompress(path.read_bytes()), "\t")) == 3


def test_without_a_name_it_goes_to_standard_output(
    loaded: Tenant, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    run(loaded, SECTIONS)
    sys.stdout.flush()
    assert len(cells(capfdbinary.readouterr().out)) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([SECTIONS, "--filter", "term=T-1"], "There is no term `T-1`"),
        ([SECTIONS, "--filter", "term"], "term=T-2031A"),
        (["nothing"], "There is no format `nothing`"),
        ([SECTIONS, "--delimiter", "x"], "got `x`"),
        ([SECTIONS, "--output", "/nowhere/at/all.csv"], "/nowhere/at/all.csv cannot be written"),
    ],
)
def test_what_cannot_be_is_said_and_ends_with_2(loaded: Tenant, options: list[str], words: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(loaded, *options)
    assert words in str(caught.value)
    assert caught.value.returncode == 2


def test_an_unknown_institution_is_named(committed: None) -> None:
    with pytest.raises(CommandError, match="no institution “nowhere”"):
        call_command("export_file", SECTIONS, "--institution", "nowhere")
