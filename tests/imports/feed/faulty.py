"""A D2L package in which some rows fail, some repeat others, and one file is not read."""

from __future__ import annotations

from tests.imports.feed.packing import D2L_ORGS, ENROLLMENTS, USERS, package

FAULTY = {
    **D2L_ORGS,
    # Again the first user of the file before.
    "07-Users-more.csv": [
        USERS,
        "user,,m.vance,S-70045,Mira,Vance,secret-77,true,Student,,,,,,",
        "user,UPDATE,d.achebe,T-0107,Dayo,Achebe-Lund,,1,Teacher,d.achebe@example.org,,,,,",
    ],
    "08-Enrollments.csv": [
        *D2L_ORGS["08-Enrollments.csv"],
        "enrollment,UPDATE,S-70044,Student,SEC-NONE",
        "enrollment,UPDATE,S-70045,Student",
    ],
    "09-Other.csv": ["kind,code", "x,y"],
}
FILES = [*sorted(D2L_ORGS)[:5], "07-Users-more.csv", "07-Users.csv", "08-Enrollments.csv", "09-Other.csv"]


def faulty() -> bytes:
    return package(FAULTY)


def mended(name: str, text: str) -> str:
    """What somebody makes of the failed rows of a file."""
    assert name == "08-Enrollments.csv"
    return text.replace("SEC-NONE", "SEC-BIO110-27A-2").replace(
        "S-70045,Student,,", "S-70045,Student,SEC-BIO110-27A-2,"
    )


__all__ = ["ENROLLMENTS", "FAULTY", "FILES", "faulty", "mended"]
