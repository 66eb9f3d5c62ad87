"""External ids of an invented roster, by number from 0."""

from __future__ import annotations


def organization_id(number: int) -> str:
    return f"ORG-{number + 1:02d}"


def department_id(number: int) -> str:
    return f"DEP-{number + 1:03d}"


def campus_id(number: int) -> str:
    return f"CAM-{number + 1:02d}"


def building_id(number: int) -> str:
    return f"BLD-{number + 1:03d}"


def room_id(number: int) -> str:
    return f"RM-{number + 1:04d}"


def term_id(number: int) -> str:
    return f"T-{number + 1:03d}"


def course_id(number: int) -> str:
    return f"C-{number + 1:05d}"


def person_id(number: int) -> str:
    return f"P-{number + 1:07d}"


def section_id(number: int) -> str:
    return f"S-{number + 1:06d}"


def schedule_id(number: int) -> str:
    return f"SCH-{number + 1:06d}"
