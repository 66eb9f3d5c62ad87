"""Statements that come in: read, checked, and stored all together or not at all (xapi.md sections 3 and 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from django.db import OperationalError, connection, transaction

from edu_csv import strict_json
from edu_csv.access.api.problems import Refusal, bad_field
from edu_csv.activity import store, xapi
from edu_csv.activity.api import credentials
from edu_csv.activity.api.asking import Asked
from edu_csv.activity.api.credentials import Caller
from edu_csv.activity.store import StatementsMoved, Verdict
from edu_csv.activity.xapi import Fault, Prepared
from edu_csv.errors import TransientFailure

# xapi.md A13.
MOST_STATEMENTS = 1_000
# How many faults an answer names; the rest it counts.
MOST_FAULTS = 20
# How often a batch is judged anew because others stored the same ids meanwhile.
TRIES = 5
DEADLOCK = "40P01"

# What makes the answer 409: other statements with an id of this batch. One that is void already and comes again as it
# was is success, and stays void (xapi.md A11).
CONFLICTS = """
    SELECT id, verdict FROM statement_out
     WHERE verdict = ANY (%(conflicts)s) OR (verdict = %(voided)s AND NOT is_equal)
     ORDER BY "row" LIMIT 1
"""


def put(asked: Asked, caller: Caller, id_: UUID) -> None:
    """Store one statement under the id of the address. Raises Refusal 400, 403, 409, 413."""
    statement = _read(asked)
    if isinstance(statement, list):
        raise Refusal(400, "one_statement", "PUT takes one statement, got a list. Send lists with POST.")
    _take([statement], caller, id_)


def post(asked: Asked, caller: Caller) -> list[str]:
    """Store one statement or a list; the ids in the order sent. Raises Refusal 400, 403, 409, 413."""
    read = _read(asked)
    statements = read if isinstance(read, list) else [read]
    if len(statements) > MOST_STATEMENTS:
        raise Refusal(
            413, "too_many_statements",
            f"{len(statements):,} statements came, of {MOST_STATEMENTS:,} at most. Send them in several requests.",
        )  # fmt: skip
    return _take(statements, caller, None, in_list=isinstance(read, list)) if statements else []


def _read(asked: Asked) -> Any:
    kind = asked.content_type
    if kind == "multipart/mixed":
        raise Refusal(
            400,
            "no_attachments",
            "This endpoint keeps no data of attachments. Send the statements as application/json; an attachment may"
            " stay in its statement when it says where its data is, by `fileUrl`.",
        )
    if kind != "application/json":
        got = f"`{kind[:60]}`" if kind else "none"
        raise Refusal(400, "bad_content_type", f"Expected Content-Type application/json, got {got}.")
    try:
        return strict_json.loads(asked.body)
    except strict_json.JsonFault as why:
        raise Refusal(400, "bad_json", f"The body is no JSON: {why}.") from None


def _take(statements: list[Any], caller: Caller, id_: UUID | None, *, in_list: bool = False) -> list[str]:
    statements = [_with_id(statement, id_) for statement in statements]
    faults = [
        (f"statements[{number}]." if in_list else "", fault)
        for number, statement in enumerate(statements)
        for fault in _faults_of(statement)
    ]
    if faults:
        raise _refused(faults)
    prepared = [xapi.prepare(statement) for statement in statements]
    ids = [str(each.id) for each in prepared]
    if id_ is not None and ids != [str(id_)]:
        raise bad_field(
            "statementId", "other_id", f"`statementId` is {id_}, and the statement's own id is {ids[0]}. Make them equal."
        )  # fmt: skip
    if repeated := {each for each in ids if ids.count(each) > 1} if len(set(ids)) < len(ids) else None:
        raise Refusal(400, "repeated_id", f"The id {min(repeated)} comes twice. Each statement has its own.")
    if any(each.is_voiding for each in prepared):
        credentials.check_voids(caller)
    _store(prepared, caller)
    return ids


def _with_id(statement: Any, id_: UUID | None) -> Any:
    """With the id of the address, or one of ours, when it has none.

    Of version 4: PyPI's ``tincan`` takes none above 5.
    """
    if isinstance(statement, dict) and "id" not in statement:
        return {"id": str(id_ or uuid4()), **statement}
    return statement


def _faults_of(statement: Any) -> Iterator[Fault]:
    """Those of xapi.md section 2, and attachments whose data we would have to keep."""
    yield from (faults := xapi.validate(statement))
    if faults:
        return
    for path, each in (("attachments", statement), ("object.attachments", statement["object"])):
        for number, attachment in enumerate(each.get("attachments") or ()):
            if "fileUrl" not in attachment:
                yield Fault(
                    "X-96", f"{path}[{number}].fileUrl", "must say where the data is: it is not kept here", None
                )  # fmt: skip


def _refused(faults: list[tuple[str, Fault]]) -> Refusal:
    told = faults[:MOST_FAULTS]
    sentences = [fault.sentence(prefix) for prefix, fault in told]
    more = len(faults) - len(told)
    return Refusal(
        400,
        "bad_statement",
        " ".join(sentences) + (f" There are {more:,} more faults." if more else "") + " Nothing was stored.",
        errors=[
            {"field": prefix + fault.path, "code": fault.rule, "detail": sentence}
            for (prefix, fault), sentence in zip(told, sentences, strict=True)
        ],
    )


def _store(prepared: list[Prepared], caller: Caller) -> None:
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                _store_once(prepared, caller)
        except StatementsMoved:
            continue
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
            continue
        else:
            return
    raise TransientFailure("Others keep storing statements with the same ids.")


def _store_once(prepared: list[Prepared], caller: Caller) -> None:
    with connection.cursor() as cursor:
        store.create_staging(cursor)
        with store.copy(cursor, caller.institution) as staged:
            for row, each in enumerate(prepared, 1):
                staged.write(row, 0, each)
        judged = store.judge(cursor, caller.institution)
        conflicts = [Verdict.CONFLICT, Verdict.CONFLICT_IN_FILE]
        cursor.execute(CONFLICTS, {"conflicts": conflicts, "voided": Verdict.VOIDED})
        if found := cursor.fetchone():
            raise Refusal(
                409,
                "other_statement",
                f"Another statement is stored with the id {found[0]}, and it differs from this one. A stored statement"
                " never changes: send yours with an id of its own. Nothing was stored.",
            )
        if judged.new:
            store.write(
                cursor, caller.institution, authority=caller.authority, client=caller.client.pk
            )  # fmt: skip
