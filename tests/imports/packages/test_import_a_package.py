"""``manage.py import_file`` with feeds: no action, a line for each file, what is said of it as a whole."""

from __future__ import annotations

import json
from pathlib import Path

from tests.imports.harness import Tenant
from tests.imports.packages.feeds import ORGS, ORGS_2, USERS_3, d2l
from tests.imports.test_import_file import run

ART = "department,,DEP-ART,,,,,,,,,,\r\n"
USER = f"{USERS_3}\r\nuser,,k.oduya,70021,Kwame,Oduya,s3cret,1,Learner,k.oduya@fjord.example,,,,,\r\n"


def test_a_package_is_told_file_by_file(tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(d2l({"01.csv": ORGS + ART, "02.csv": f"{ORGS_2}\n", "07-Users.csv": USER}))
    code, out, _ = run(tenant, path)
    assert code == 1
    lines = out.splitlines()
    assert lines[0] == "completed with errors: 3 rows (2 created, 1 failed)"
    assert lines[1] == "01.csv (d2l.orgs 3.0): 2 rows (1 created, 1 failed)"
    assert lines[2].startswith(
        "02.csv: not read. The manifest says version 3.0, and this is the header of D2L org units 2.0"
    )
    assert lines[3] == "07-Users.csv (d2l.users 3.0): 1 row (1 created)"
    assert lines[4].startswith("  Cells of `password` were filled (1), and")
    assert lines[5].startswith("Row 3 of 01.csv: name is blank.")


def test_a_layout_needs_no_action_either(tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "orgs.csv"
    path.write_text(ORGS)
    code, out, _ = run(tenant, path, "--json")
    told = json.loads(out)
    assert (code, told["format"], told["counts"]["created"]) == (0, "d2l.orgs", 1)


def test_a_package_refused_as_a_whole_ends_with_2(tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(d2l({"01.csv": ORGS}, manifest="{}"))
    code, out, _ = run(tenant, path)
    assert code == 2
    assert "names no version" in out
