"""The students of the demo institution's term: the samples know two people, and reports are about many."""

from __future__ import annotations

# Given name, family name, and both as an address has them.
STUDENTS = (
    ("Mei", "Tan", "mei.tan"),
    ("Jonas", "Weber", "jonas.weber"),
    ("Łucja", "Wąsik", "lucja.wasik"),
    ("Amara", "Okafor", "amara.okafor"),
    ("Mateo", "Ibáñez", "mateo.ibanez"),
    ("Sofie", "Lindqvist", "sofie.lindqvist"),
    ("Nour", "Haddad", "nour.haddad"),
    ("Kofi", "Mensah", "kofi.mensah"),
    ("Yuki", "Watanabe", "yuki.watanabe"),
    ("Elif", "Demir", "elif.demir"),
    ("Priya", "Mehta", "priya.mehta"),
    ("Liam", "O’Brien", "liam.obrien"),
    ("Zoë", "Janssen", "zoe.janssen"),
    ("Tomáš", "Dvořák", "tomas.dvorak"),
    ("Ana", "Gonçalves", "ana.goncalves"),
    ("Hüseyin", "Kaya", "huseyin.kaya"),
    ("Ngozi", "Eze", "ngozi.eze"),
    ("Marta", "Kowalska", "marta.kowalska"),
    ("Ole", "Hansen", "ole.hansen"),
    ("Linh", "Trần", "linh.tran"),
    ("Camille", "Durand", "camille.durand"),
    ("Davit", "Petrosyan", "davit.petrosyan"),
    ("Ruth", "Cohen", "ruth.cohen"),
    ("Samuel", "Brown", "samuel.brown"),
)
DOMAIN = "fjord.example"


def users() -> list[dict[str, str]]:
    """Rows of a file of users."""
    return [
        {
            "given_name": given, "family_name": family, "email": f"{local}@{DOMAIN}", "roles": "Student",
            "external_id": external_id(place),
        }
        for place, (given, family, local) in enumerate(STUDENTS)
    ]  # fmt: skip


def enrollments(first: str, second: str) -> list[dict[str, str]]:
    """Rows of a file of enrollments in two sections; a few students are in both."""
    middle = len(STUDENTS) // 2
    return [
        {"user": external_id(place), "section": section, "role": "Student"}
        for section, places in ((first, range(middle + 2)), (second, range(middle - 2, len(STUDENTS))))
        for place in places
    ]


def external_id(place: int) -> str:
    return f"P-{2001 + place}"
