"""Small D2L packages."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

ORGS = (
    "type,action,code,name,start_date,end_date,is_active,department_code,template_code,semester_code,"
    "offering_code,custom_code,discover"
)
USERS = (
    "type,action,username,org_defined_id,first_name,last_name,password,is_active,role_name,email,relationships,"
    "pref_first_name,pref_last_name,sort_last_name,pronouns"
)
ENROLLMENTS = "type,action,child_code,role_name,parent_code"

D2L_ORGS = {
    "02-Departments.csv": [
        ORGS,
        "department,UPDATE,DEP-BIO,Biology,,,,,,,,,",
    ],
    "03-Semesters.csv": [ORGS, "semester,UPDATE,TRM-27A,Autumn 2027,,,,,,,,,"],
    "04-Templates.csv": [ORGS, "course template,UPDATE,TPL-BIO110,Cell Biology,,,,DEP-BIO,,,,,"],
    "05-Offerings.csv": [
        ORGS,
        "course offering,UPDATE,OFF-BIO110-27A,Cell Biology Autumn 2027,2027-09-06,2027-12-17,TRUE,,TPL-BIO110,TRM-27A,,,1",
    ],
    "06-Sections.csv": [
        ORGS,
        "course section,UPDATE,SEC-BIO110-27A-1,Cell Biology Group 1,,,,,,,OFF-BIO110-27A,,",
        "course section,UPDATE,SEC-BIO110-27A-2,Cell Biology Group 2,,,,,,,OFF-BIO110-27A,,",
    ],
    "07-Users.csv": [
        USERS,
        "user,UPDATE,d.achebe,T-0107,Dayo,Achebe,,1,Teacher,d.achebe@example.org,,,,,",
        "user,UPDATE,k.oduya,S-70021,Kwame,Oduya,,1,Student,k.oduya@example.org,Parent:T-0107,Kay,,,he/him",
        "user,,l.brandt,S-70044,Lena,Brandt,,true,Student,,,,,,",
    ],
    "08-Enrollments.csv": [
        ENROLLMENTS,
        "enrollment,UPDATE,S-70021,Student,SEC-BIO110-27A-1",
        "enrollment,UPDATE,T-0107,Teacher,SEC-BIO110-27A-1",
        "enrollment,UPDATE,T-0107,Teacher,DEP-BIO",
    ],
}


def package(files: Mapping[str, list[str]], version: str = "3.0") -> bytes:
    """A zip of these files, lines of text each, and its manifest."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in files.items():
            archive.writestr(name, "\r\n".join(lines) + "\r\n")
        if version:
            archive.writestr("manifest.json", json.dumps({"version": version}))
    return out.getvalue()
