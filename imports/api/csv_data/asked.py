"""What callers of the CSV Data Import API say beside the file (csv data import 4.1, 4.2, 4.4).

Parameters stand in the address; a part of the form with the same name is taken too. The address wins, and who says both
and means different things is told so. What nobody knows is passed over: the published samples append stray text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest

from imports.api.csv_data.errors import Refused

MOST_ADDRESSES = 20
# What a part with a parameter may hold; a list of addresses is the longest.
MOST_PARAMETER_BYTES = 64 * 1024
# PostgreSQL has no larger integers, and no file so many bytes.
LARGEST = 2**63 - 1
FILE_SIZE = "fileSize"
# What a part of the form may say; others are passed over, whatever their size.
IN_FORMS = frozenset({"template", "notify", "allowLargeRemovals"})
FLAGS = {"true": True, "false": False}


@dataclass(slots=True)
class Parameters:
    """The values of the address and of the form, each as it was written."""

    address: Mapping[str, list[str]]
    form: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest) -> Parameters:
        return cls({name: request.GET.getlist(name) for name in request.GET})

    def add(self, name: str, value: str) -> None:
        """A part of the form."""
        self.form.setdefault(name, []).append(value)

    def text(self, name: str, code: str, *, any_case: bool = False) -> str | None:
        """The value, without blanks around it; None when it was not given, or empty. Raises Refused 400."""
        values = [*_values(self.address, name, any_case), *_values(self.form, name, any_case)]
        if len(set(values)) > 1:
            said = " and ".join(f"`{value[:80]}`" for value in dict.fromkeys(values))
            raise Refused(400, code, f"`{name}` is given more than once, as {said}. Send it once.")
        return values[0] if values else None

    def flag(self, name: str, code: str, *, default: bool) -> bool:
        """true or false. Raises Refused 400."""
        given = self.text(name, code)
        if given is None:
            return default
        if given.lower() not in FLAGS:
            raise Refused(400, code, f"`{name}` is true or false; got `{given[:40]}`.")
        return FLAGS[given.lower()]

    def count(self, name: str, code: str, *, any_case: bool = False) -> int | None:
        """A whole number from 0; None when it was not given. Raises Refused 400."""
        given = self.text(name, code, any_case=any_case)
        if given is None:
            return None
        number = whole(given)
        if number is None or number > LARGEST:
            raise Refused(400, code, f"`{name}` is a whole number such as 127; got `{given[:40]}`.")
        return number


def whole(given: str) -> int | None:
    """A whole number from 0, whatever zeros stand before it; None for what is none. Of too many digits LARGEST and 1."""
    if not (given.isascii() and given.isdigit()):
        return None
    digits = given.lstrip("0") or "0"
    return int(digits) if len(digits) <= len(str(LARGEST)) else LARGEST + 1


def is_known(name: str) -> bool:
    """Whether a part of the form with this name is a parameter."""
    return name in IN_FORMS or name.lower() == FILE_SIZE.lower()


def _values(given: Mapping[str, list[str]], name: str, any_case: bool) -> list[str]:
    found = [
        value.strip()
        for key, values in given.items()
        if key == name or (any_case and key.lower() == name.lower())
        for value in values
    ]
    return [value for value in found if value]


def file_size(parameters: Parameters) -> int | None:
    """What the caller says of the file's size in bytes; the page itself spells the name in two ways."""
    return parameters.count(FILE_SIZE, "bad_file_size", any_case=True)


def template(parameters: Parameters) -> str:
    """Name or id of the template. Raises Refused 400."""
    given = parameters.text("template", "unknown_template")
    if given is None:
        raise Refused(
            400,
            "missing_template",
            "Say through which template the file goes: `?template=` with its name or id.",
        )
    if "\0" in given:
        raise Refused(400, "unknown_template", "There is no import template with such a name.")
    return given


def notify(parameters: Parameters) -> tuple[str, ...]:
    """Whom to mail when the import has ended, each once. Raises Refused 400."""
    given = parameters.text("notify", "bad_notify")
    if given is None:
        return ()
    addresses = [address.strip() for address in given.split(",") if address.strip()]
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError:
            raise Refused(
                400,
                "bad_notify",
                f"`notify` is one e-mail address or several with commas between them; `{address[:120]}` is none.",
            ) from None
    if len(set(addresses)) > MOST_ADDRESSES:
        raise Refused(
            400,
            "bad_notify",
            f"`notify` takes at most {MOST_ADDRESSES} addresses; got {len(set(addresses))}.",
        )
    return tuple(dict.fromkeys(addresses))


def import_id(given: str) -> int | UUID:
    """The integer or the UUID by which somebody speaks of an import. Raises Refused 400."""
    number = whole(given)
    if number is not None:
        return min(number, LARGEST)
    try:
        return UUID(given)
    except ValueError:
        raise Refused(
            400, "bad_id", f"The id of an import is an integer such as 5123, or its UUID; got `{given[:40]}`."
        ) from None
