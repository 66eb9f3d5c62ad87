"""The list of imports, and the two steps of a new one."""

from __future__ import annotations

from edu_csv.pages.contexts import imports as to_imports
from edu_csv.pages.styleguide import FILTERS
from tests.pages.samples.story import ENDED, IMPORTS, NO_PAGER


def imports_list() -> to_imports.ImportsPage:
    return {
        "title": "Imports",
        "section": "imports",
        "crumbs": [{"label": "Imports", "href": ""}],
        "sentence": {"lead": "2 imports wait for you.", "rest": ""},
        "filters": FILTERS,
        "q": "",
        "keeps": [],
        "imports": ENDED,
        "pager": NO_PAGER,
        "empty": None,
    }


def imports_none() -> to_imports.ImportsPage:
    return {
        **imports_list(),
        "imports": [],
        "empty": {"title": "No import matches", "text": "Take a filter away.", "actions": []},
    }


CHOSEN: to_imports.FormatHelp = {
    "key": "echovideo.sections.v1",
    "title": "Sections",
    "family": "EchoVideo",
    "guide_href": "",
    "layouts": [],
    "action": "update",
    "actions": [
        {
            "label": action.capitalize(),
            "value": action,
            "href": f"/imports/new/format/?format=echovideo.sections.v1&action={action}",
            "is_on": action == "update",
        }
        for action in ("create", "update", "delete")
    ],
    "columns": [
        {
            "name": "Section ID",
            "required_for": ["update", "delete"],
            "type": "id",
            "allowed": [],
            "max_length": None,
            "help": "The system id or External ID of the section.",
            "aliases": ["Section Id"],
        },
        {
            "name": "Section Name",
            "required_for": ["create"],
            "type": "text",
            "allowed": [],
            "max_length": 255,
            "help": "What people call the section.",
            "aliases": [],
        },
        {
            "name": "Status",
            "required_for": [],
            "type": "choice",
            "allowed": ["active", "cancelled"],
            "max_length": None,
            "help": "Blank means active.",
            "aliases": [],
        },
    ],
    "summary": "9 columns, 4 required.",
    "sample_href": "/help/formats/echovideo.sections.v1/sample/?action=update",
    "help_href": "/help/formats/echovideo.sections.v1/",
}


def new_import() -> to_imports.NewImportPage:
    return {
        "title": "New import",
        "section": "imports",
        "crumbs": [IMPORTS, {"label": "New import", "href": ""}],
        "intake": {
            "action_url": "/imports/new/",
            "begin_url": "/imports/new/uploads/",
            "complete_url": "/imports/new/uploads/{id}/complete/",
            "next_url": "/imports/new/{id}/",
            "max_bytes": 2_000_000_000,
            "max_size": "2 GB",
            "accept": ".csv,.tsv,.txt,.gz,.zip,.xlsx",
            "fields": {"format": "echovideo.sections.v1", "action": "update"},
        },
        "groups": [
            {
                "family": "EchoVideo",
                "formats": [
                    {"label": "Terms", "value": "echovideo.terms.v1", "is_on": False},
                    {"label": "Sections", "value": "echovideo.sections.v1", "is_on": True},
                ],
            }
        ],
        "format_url": "/imports/new/format/",
        "chosen": CHOSEN,
        "error": None,
    }


def _match(
    header: str, values: list[str], fills: str, because: str, state: str = "matched"
) -> to_imports.ColumnMatch:
    return {
        "name": f"column-{header}",
        "header": header,
        "values": values,
        "fills": fills,
        "because": because,
        "state": "left_out" if state == "left_out" else "ask" if state == "ask" else "matched",
        "options": [{"label": fills, "value": fills, "is_on": True}] if state == "ask" else [],
    }


def check_file() -> to_imports.CheckFilePage:
    return {
        "title": "Columns: fall sections update.csv",
        "section": "imports",
        "crumbs": [IMPORTS, {"label": "New import", "href": ""}],
        "upload": {
            "name": "fall sections update.csv",
            "kind": "CSV",
            "facts": ["3,643 rows", "8 columns", "412 KB", "received whole at 09:40"],
            "sha256": "8f3ab0c1" * 7 + "0000c41e",
        },
        "seen": [
            {
                "name": "format",
                "label": "Format",
                "value": "EchoVideo sections",
                "evidence": "6 of 8 columns match; next nearest: People, with 3",
                "options": [{"label": "EchoVideo terms", "value": "t", "href": "?format=t", "is_on": False}],
            },
            {
                "name": "action",
                "label": "Action",
                "value": "Update",
                "evidence": "3,641 of 3,643 ids exist already",
                "options": [{"label": "Create", "value": "create", "href": "?action=create", "is_on": False}],
            },
            {
                "name": "text",
                "label": "Text",
                "value": "Windows-1252, semicolons",
                "evidence": "“Stéphane” reads right; as UTF-8 it would not",
                "options": [],
            },
            {
                "name": "header",
                "label": "Header",
                "value": "Row 3",
                "evidence": "two lines of title above it are skipped",
                "options": [],
            },
        ],
        "files": [],
        "columns": [
            _match("Section ID", ["S-OCE210-26F-01", "S-OCE210-26F-02"], "Section ID", "same name"),
            _match("Ext Key", ["OCE210-01"], "External ID", "3,598 of 3,643 values are external ids.", "ask"),
            _match("course id", ["C-OCE210", "C-DAT300"], "Course ID", "same name, other spelling"),
            _match("Campus", ["Harbour", "Hill"], "", "this format has no such field", "left_out"),
        ],
        "columns_sentence": "1 needs an answer, 2 are matched, 1 is left out.",
        "all_known": False,
        "absent": {
            "label": "Description is not in your file. What should happen to it?",
            "options": [
                {
                    "name": "absent",
                    "value": "keep",
                    "label": "Keep what is stored",
                    "small": "We fill the column from the roster before planning. Nothing is lost.",
                    "is_on": True,
                },
                {
                    "name": "absent",
                    "value": "empty",
                    "label": "Empty it",
                    "small": "218 sections lose their Description.",
                    "is_on": False,
                },
            ],
        },
        "absent_rule": "EchoVideo’s rule: an update without an optional column empties it in every row.",
        "name_field": {
            "name": "name",
            "label": "Name, so that you find it again",
            "value": "Fall sections update",
            "type": "text",
            "hint": "",
            "error": "",
            "is_required": False,
            "autocomplete": "off",
        },
        "choices": [
            {
                "label": "If some rows are bad",
                "options": [
                    {
                        "name": "on_error",
                        "value": "skip",
                        "label": "Apply the good ones",
                        "small": "Bad rows come back to you to fix.",
                        "is_on": True,
                    },
                    {
                        "name": "on_error",
                        "value": "abort",
                        "label": "Apply nothing",
                        "small": "Unless every row is good.",
                        "is_on": False,
                    },
                ],
            }
        ],
        "chosen": CHOSEN,
        "problems": [],
        "change_url": "/imports/new/9/",
        "foot": {
            "title": "",
            "sentence": "Next we compare 3,643 rows with the roster. Nothing changes yet.",
            "small": "One answer is missing: what “Ext Key” is.",
            "action_url": "/imports/new/9/",
            "button": {"label": "Make the plan", "href": ""},
            "others": [{"label": "Back", "href": "/imports/new/"}],
            "confirm": None,
            "fields": {},
            "is_stale": False,
        },
    }


def check_package() -> to_imports.CheckFilePage:
    return {
        **check_file(),
        "title": "Files: nightly.zip",
        "upload": {
            "name": "nightly.zip",
            "kind": "ZIP",
            "facts": ["3 files", "more than 1,412 rows", "2.4 MB", "received whole"],
            "sha256": "8f3ab0c1" * 7 + "0000c41e",
        },
        "seen": [
            _fact("format", "Format", "D2L Standard CSV package", "3 files of its kinds"),
            _fact("version", "Version", "3.0", "as manifest.json says"),
            _fact("action", "Action", "Row by row", "each row says what it does"),
        ],
        "files": [
            _checked("06-Sections.csv", "D2L org units", "412 rows"),
            {
                **_checked("07-Users.csv", "format not recognised", "0 rows"),
                "problem": "The header ends before `pronouns`, which D2L users 3.0 have.",
            },
            _checked(
                "08-Enrollments.csv", "D2L enrollments", "more than 1,000 rows", "1 row cannot be read."
            ),
        ],
        "columns": [],
        "columns_sentence": "",
        "absent": None,
    }


def _fact(name: str, label: str, value: str, evidence: str) -> to_imports.Seen:
    return {"name": name, "label": label, "value": value, "evidence": evidence, "options": []}


def _checked(name: str, what: str, rows: str, *notes: str) -> to_imports.CheckedFile:
    return {
        "name": name, "what": what, "version": "3.0", "rows": rows, "columns": "13 columns", "notes": [*notes],
        "problem": "",
    }  # fmt: skip
