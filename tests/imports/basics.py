"""A small roster that most tests begin with: two terms, courses, people, sections, enrollments.

Not the samples: those are for people to look at, and change for other reasons.
"""

from __future__ import annotations

BASICS = {
    "echovideo.terms.v1": (
        "Name,Start Date,End Date,Exclusion Dates,External ID\n"
        "Autumn 2031,2031-08-18,2031-12-19,2031-10-06;2031-10-07,T-2031A\n"
        "Spring 2032,2032-01-12,2032-05-28,,T-2032S\n"
    ),
    "echovideo.courses.v1": (
        "Course Code,Course Name,Organization ID,Department ID,External ID\n"
        "OCE210,Tides and Currents,,,C-OCE210\n"
        "GEN001,Study Skills,,,\n"
    ),
    "echovideo.users.v1": (
        "First Name,Last Name,Email,Role,SSO Id,External ID\n"
        "Ingrid,Solberg,ingrid.solberg@fjord.example,Instructor,isolberg,P-1001\n"
        "Mei,Tan,mei.tan@fjord.example,Student,,P-1002\n"
    ),
    "echovideo.sections.v1": (
        "Course ID,Term ID,Section Name,Description,Instructor ID,Secondary Instructor IDs,LMS Course IDs,External ID\n"
        "C-OCE210,T-2031A,01,Morning group,P-1001,,lms-88412;lms-88413,S-OCE210-31A-01\n"
        "C-OCE210,T-2031A,02,,,,,S-OCE210-31A-02\n"
    ),
    "echovideo.enrollments.v1": (
        "User ID,Section ID,Role\n"
        "mei.tan@fjord.example,S-OCE210-31A-01,Student\n"
        "P-1001,S-OCE210-31A-02,Instructor\n"
    ),
}
