"""The editor: columns of the example, the text, and what a row of the example becomes."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from edu_csv.access.policy import Ability
from edu_csv.front.templates import results, typed
from edu_csv.front.templates.finding import (
    KINDS,
    LIST_URL,
    find_template,
    import_href,
    managed_template,
    state_of,
    template_href,
)
from edu_csv.front.templates.typed import DELIMITERS
from edu_csv.pages.contexts.parts import Action, Choice, Fact, Field, Note, Sentence
from edu_csv.pages.contexts.templates import EditorPage, InsertGroup, VariableLine
from edu_csv.pages.doors import asked, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted
from edu_csv.templating.functions import FUNCTIONS
from imports.models import GroupMode, ImportTemplate
from imports.templates import manage
from imports.templates.content import Content

ACCEPT = ".csv,.tsv,.psv,.txt,.gz,.zip"
HELP_URL = "/help/templates/"
# Rows to write new variables into; with script there is a button for more.
FREE_ROWS = 2
ALWAYS_THERE = (
    ("row.number", "Number of the row, as a spreadsheet counts"),
    ("import.fileName", "Name of the file"),
    ("import.created", "When the file was received"),
    ("org.id", "Id of the institution"),
)
PARTS = (
    ("if filled", "{{#if columns.X}}  {{/if}}", "Only when the cell is filled"),
    ("if equal", '{{#eq columns.X "value"}}  {{else}}  {{/eq}}', "Only for one value"),
    ("for each", '{{#each (split columns.X "|")}}  {{/each}}', "Once for each part of a cell"),
)


@page(Ability.TEMPLATES)
@require_GET
def editor(request: PersonRequest, template_id: int) -> HttpResponse:
    """The template as it stands; ?version= begins with an older one."""
    template = find_template(request, template_id)
    wanted = asked(request.GET, "version", 9)
    version = manage.current(template)
    if wanted:
        older = template.versions.filter(number=int(wanted)).first() if wanted.isdecimal() else None
        if older is None:
            raise Http404
        version = older
    row = asked(request.GET, "row", 9)
    content = Content.of(version)
    return show(
        request,
        template,
        content,
        row=int(row) if row.isascii() and row.isdigit() else None,
        is_older=content != Content.of(manage.current(template)),
    )


@page(Ability.TEMPLATES)
@require_POST
def try_it(request: PersonRequest, template_id: int) -> HttpResponse:
    """The part that moves: what is typed, tried on a row of the example. Nothing is stored.

    Only for who changes it: a text that somebody typed may take its time over every row.
    """
    template = managed_template(request, template_id)
    given = typed.read(request.POST, Content.of(manage.current(template)))
    part = results.result_part(
        template,
        given.content,
        row=given.row,
        all_rows=asked(request.POST, "all") == "yes",
    )
    return render(request, "import_templates/_result.html", {"result": part, "is_swapped": True})


def show(
    request: PersonRequest,
    template: ImportTemplate,
    content: Content,
    *,
    name: str | None = None,
    based_on: int | None = None,
    row: int | None = None,
    errors: Mapping[str, str] | None = None,
    note: Note | None = None,
    is_older: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page with what is typed. errors: by field, why it could not be saved. note: what became of it. is_older: it is
    what an older version says, as it was asked for."""
    may_change, wrong = manage.may_change(request.actor), errors or {}
    current = manage.current(template)
    result = results.result_part(template, content, row=row, may_change=may_change)
    url = template_href(template)
    context: EditorPage = {
        "title": f"{state_of(template)['label']}: {template.name}",
        "section": "templates",
        "crumbs": [{"label": "Templates", "href": LIST_URL}, {"label": template.name, "href": ""}],
        "heading": template.name,
        "status": state_of(template),
        "facts": _facts(template, current.is_draft),
        "actions": _actions(template, may_change),
        "sentence": _sentence(template),
        "notes": [note] if note else _notes(template) if is_older else [],
        "url": url,
        "name_field": _field(
            "name", "Name", template.name if name is None else name, wrong, "Scripts name it so."
        ),
        "errors": [(field, text) for field, text in wrong.items()],
        "body": content.body,
        "based_on": template.version if based_on is None else based_on,
        "variables": _variables(content, may_change),
        "settings": _settings(content, wrong),
        "group_mode": _group_mode(content),
        "inserts": _inserts(content),
        "example_href": f"{url}example/" if template.example_file_key else "",
        "example_error": wrong.get("example", ""),
        "accept": ACCEPT,
        "result": result,
        "may_change": may_change,
        "versions_href": f"{url}versions/",
        "help_href": HELP_URL,
    }
    return render(request, "import_templates/editor.html", {**context}, status=status)


def _facts(template: ImportTemplate, is_draft: bool) -> list[Fact]:
    used = manage.times_used(template)
    version = f"version {template.version}{', a draft' if is_draft and template.ready_version else ''}"
    return [
        {"text": f"makes {KINDS[template.kind]}"},  # type: ignore[index]  # one of the choices
        {"text": version, "href": template_href(template, "versions")},
        {"text": f"id {template.pk}", "is_id": True},
        {"text": counted(used, "import") if used else "not used yet"},
        {
            "text": f"saved by {template.updated_by}, " if template.updated_by else "saved ",
            "at": template.updated_at,
        },
    ]


def _actions(template: ImportTemplate, may_change: bool) -> list[Action]:
    actions: list[Action] = []
    if template.takes_uploads:
        actions.append(
            {"label": "Import a file", "href": import_href(template), "kind": "plain", "icon": "plus"}
        )
    if not may_change:
        return actions
    actions.append(
        {
            "label": "Take out of the archive" if template.archived else "Archive",
            "href": template_href(template, "archive"),
            "method": "post",
            "fields": {"archived": "" if template.archived else "yes"},
            "kind": "ghost",
        }
    )
    delete: Action = {
        "label": "Delete",
        "href": template_href(template, "delete"),
        "method": "post",
        "kind": "ghost",
    }
    if used := manage.times_used(template):
        delete["why_not"] = f"{counted(used, 'import')} went through it. Archive it instead."
    return [*actions, delete]


def _sentence(template: ImportTemplate) -> Sentence:
    if template.archived:
        return {"lead": "Archived: it takes no files.", "rest": "Imports that went through it keep its name."}
    if template.ready_version is None:
        return {
            "lead": "A draft: it takes no files yet.",
            "rest": "Save it as ready when the example comes out as you mean it.",
        }
    if template.ready_version != template.version:
        return {
            "lead": f"Files go through version {template.ready_version}.",
            "rest": f"Version {template.version}, below, is a draft: what it changed comes into use, too, when you save as ready.",
        }
    return {"lead": "Ready: it takes files.", "rest": "Each change is a new version; imports keep theirs."}


def _notes(template: ImportTemplate) -> list[Note]:
    return [
        {
            "kind": "turn",
            "icon": "undo",
            "title": "This is an older version",
            "text": f"Saved, it becomes version {template.version + 1}. Until then nothing changes.",
            "actions": [{"label": "Leave it", "href": template_href(template), "kind": "plain"}],
        }
    ]


def _field(name: str, label: str, value: str, errors: Mapping[str, str], hint: str = "") -> Field:
    return {
        "name": name,
        "label": label,
        "value": value,
        "type": "text",
        "hint": hint,
        "error": errors.get(name, ""),
        "is_required": name == "name",
        "autocomplete": "off",
    }


def _variables(content: Content, may_change: bool) -> list[VariableLine]:
    pairs = [*content.variables, *([("", "")] * (FREE_ROWS if may_change else 0))]
    return [{"number": at, "name": name, "expression": text} for at, (name, text) in enumerate(pairs, 1)]


def _settings(content: Content, errors: Mapping[str, str]) -> list[Field]:
    labels = {"comma": "Commas", "semicolon": "Semicolons", "tab": "Tabs", "bar": "Vertical bars"}
    delimiter: Field = {
        **_field("delimiter", "Cells are parted by", "", errors),
        "type": "select",
        "options": [
            {"label": label, "value": key, "is_on": DELIMITERS[key] == content.delimiter}
            for key, label in labels.items()
        ],
    }
    zone = _field(
        "time_zone",
        "Time zone",
        content.time_zone,
        errors,
        "Of times that say none, such as 2025-09-03 14:05. A name such as Europe/Oslo, or UTC.",
    )
    optional: Field = {
        **_field(
            "optional_columns",
            "Columns that a file may lack",
            "\n".join(content.optional_columns),
            errors,
            "One a line. A file that lacks any other column of the template is refused.",
        ),
        "type": "textarea",
    }
    return [zone, delimiter, optional]


def _group_mode(content: Content) -> Choice:
    answers = (
        (GroupMode.ADD, "Only add", "People are joined to the groups of their rows, and leave none."),
        (
            GroupMode.REPLACE,
            "Replace",
            "People of the file are then in exactly the groups of their rows, among the types of groups that the file names.",
        ),
    )
    return {
        "label": "What becomes of people's groups?",
        "options": [
            {
                "name": "group_mode",
                "value": value,
                "label": label,
                "small": small,
                "is_on": content.group_mode == value,
            }
            for value, label, small in answers
        ],
    }


def _inserts(content: Content) -> list[InsertGroup]:
    groups: list[InsertGroup] = [
        {
            "title": "Variables",
            "lines": [
                {"name": name, "insert": f"{{{{{name}}}}}", "says": text[:80]}
                for name, text in content.variables
                if name
            ],
        },
        {
            "title": "Always there",
            "lines": [
                {"name": name, "insert": f"{{{{{name}}}}}", "says": says} for name, says in ALWAYS_THERE
            ],
        },
        {
            "title": "Parts",
            "lines": [{"name": name, "insert": insert, "says": says} for name, insert, says in PARTS],
        },
        {
            "title": "Functions",
            "lines": [
                {"name": each.usage, "insert": f"{{{{{each.name} }}}}", "says": each.says}
                for each in sorted(FUNCTIONS.values(), key=lambda each: each.name.casefold())
            ],
        },
    ]
    return [group for group in groups if group["lines"]]
