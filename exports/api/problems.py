"""How refusals of exports are told to callers of the API."""

from __future__ import annotations

from edu_csv.access.api.problems import Refusal, bad_field, not_found, tells
from exports import problems


@tells(problems.BadRequest)
def bad_request(error: problems.BadRequest) -> Refusal:
    params = {name: value for name, value in error.params.items() if name not in ("status", "detail")}
    return bad_field(error.field, error.code, error.detail, **params)


@tells(problems.NotAllowed)
def not_allowed(error: problems.NotAllowed) -> Refusal:
    return Refusal(403, "not_permitted", str(error))


@tells(problems.NotThere)
def not_there(error: problems.NotThere) -> Refusal:
    return not_found(str(error))
