"""How refusals of recurring reports are told to callers of the REST API."""

from __future__ import annotations

from edu_csv.access.api.problems import Refusal, bad_field, tells
from reporting.problems import NotAllowed
from reporting.schedules.problems import BadField
from reporting.telling.targets import AddressRefused
from reporting.telling.webhooks import InUse, TooMany


@tells(BadField)
def of_field(error: BadField) -> Refusal:
    return bad_field(error.field, error.code, error.detail)


@tells(NotAllowed)
def not_allowed(error: NotAllowed) -> Refusal:
    return Refusal(403, "not_permitted", str(error))


@tells(AddressRefused)
def address_refused(error: AddressRefused) -> Refusal:
    return bad_field("url", "bad_value", str(error))


@tells(InUse)
def in_use(error: InUse) -> Refusal:
    return Refusal(409, "wrong_state", str(error))


@tells(TooMany)
def too_many(error: TooMany) -> Refusal:
    return Refusal(409, "wrong_state", str(error))
