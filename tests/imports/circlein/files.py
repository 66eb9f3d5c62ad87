"""CircleIn files as text, and packages of them; the samples are those that CircleIn's description prints."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

COURSES = (
    "Unique Course/Section Identifier,Term,Session,Subject/Department,Catalog Number,Section Name,"
    "Full Course Name,Enrollment Count,Term Length,Start Date,End Date,Status"
)
ENROLLMENTS = (
    "Unique Course/Section Identifier,Term,Role,Unique User Identifier,First Name,Last Name,Email,Status"
)
USERS = "Unique User Identifier,First Name,Last Name,Email,Status"
UPDATE_IDS = "old_id,new_id,obj_type"

SAMPLE_COURSES = f'''\
{COURSES}
27A-BIO110-01,27A,1,BIO,110,01,Cell Biology,0,0,2027-09-06,2027-12-17,Available
27A-DAT200-02,27A,1,DAT,200,02,"Statistics, Applied",0,0,09/06/2027,12.17.2027,Available
27A-ART015-01,27A,2,ART,015,01,"Drawing ""From Life""",0,0,2027/10/25,2027/12/17,Deleted
'''
SAMPLE_USERS = f"""\
{USERS}
70021,Kwame,Oduya,k.oduya@example.edu,Active
70044,Lena,Brandt,l.brandt@example.edu,Active
69950,Ruth,Quist,r.quist@example.edu,Deleted
"""
SAMPLE_ENROLLMENTS = f"""\
{ENROLLMENTS}
27A-BIO110-01,27A,student,70021,,,,Active
27A-BIO110-01,27A,faculty,0412,Marit,ter Avest,m.teravest@example.edu,Active
27A-BIO110-01,27A,SI Leader,70044,,,,Active
27A-DAT200-02,27A,Student,70021,,,,Deleted
none,none,admin,1015,Dayo,Achebe,d.achebe@example.edu,Active
"""
SAMPLE_UPDATE_IDS = f"""\
{UPDATE_IDS}
27A-BIO110-01,2027FA-BIO-110-01,Course
70021,U0070021,User
70044,U0070044,User
"""


def lines(header: str, *rows: str) -> str:
    """A file of this header and these rows."""
    return "\n".join([header, *rows, ""])


def package(files: Mapping[str, str]) -> bytes:
    """A flat zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()
