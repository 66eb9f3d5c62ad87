"""A request as it is meant: method, parameters, headers and body, whichever of the two ways they came.

Beside the plain way there is the alternate request syntax of xAPI 1.0.3 (Communication 1.3): a POST to
``…?method=GET`` whose form fields stand for headers, parameters and, as ``content``, the body.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest

from edu_csv.access.api.problems import Refusal, bad_field
from edu_csv.body_limit import STATEMENTS_BYTES

FORM = "application/x-www-form-urlencoded"
METHODS = ("GET", "HEAD", "PUT", "POST")
# Form fields that stand for headers; all others, save the content, are parameters.
HEADERS = (
    "authorization", "x-experience-api-version", "content-type", "content-length", "if-match", "if-none-match",
    "accept-language",
)  # fmt: skip
CONTENT = "content"
# xapi.md A13; no more than a byte beyond it gets here (edu_csv.body_limit).
MOST_BYTES = STATEMENTS_BYTES
# A form with all parameters, headers and the content has some twenty.
MOST_FIELDS = 64


@dataclass(slots=True)
class Asked:
    """One request. headers: names in lower case. ``body`` is read when it is asked for."""

    method: str
    parameters: dict[str, str]
    headers: dict[str, str]
    _body: Callable[[], bytes] = field(repr=False)

    @property
    def body(self) -> bytes:
        """Raises Refusal 413 for more than MOST_BYTES."""
        return self._body()

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().casefold()


def asked_by(request: HttpRequest) -> Asked:
    """Read a request. Raises Refusal: 400 for what cannot be meant, 405 for a method that is none here."""
    plain = Asked(
        request.method or "",
        {},
        {name.casefold(): value for name, value in request.headers.items()},
        lambda: body_of(request),
    )
    try:
        in_address = [(name, value) for name, given in request.GET.lists() for value in given]
    except TooManyFieldsSent:
        raise Refusal(
            400, "too_many_parameters", "The address has far more parameters than there are."
        ) from None
    if request.method == "POST" and "method" in request.GET:
        return _alternate(request, plain)
    check_method(plain.method)
    plain.parameters = only_once(in_address)
    return plain


def check_method(method: str) -> None:
    """Raises Refusal 405."""
    if method not in METHODS:
        raise Refusal(
            405,
            "method_not_allowed",
            f"This address does not take {method[:20]}, but GET, HEAD, PUT or POST.",
            headers={"Allow": ", ".join(METHODS)},
        )


def body_of(request: HttpRequest) -> bytes:
    """All of a request's body. Raises Refusal 413 when it is longer than MOST_BYTES."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        raise too_large()
    read = request.read(MOST_BYTES + 1)
    if len(read) > MOST_BYTES:
        raise too_large()
    return bytes(read)


def too_large() -> Refusal:
    return Refusal(
        413,
        "too_large",
        f"The request has more than {MOST_BYTES:,} bytes. Send the statements in several requests.",
    )


def _alternate(request: HttpRequest, plain: Asked) -> Asked:
    beside = [name for name in request.GET if name != "method"] + request.GET.getlist("method")[1:]
    if beside:
        raise bad_field(
            beside[0], "unknown_parameter", "Beside `method` the address has nothing: parameters are form fields."
        )  # fmt: skip
    method = request.GET["method"]
    check_method(method)
    if plain.content_type not in ("", FORM):
        raise Refusal(
            400, "bad_content_type", f"With `?method=` the body is {FORM}, got `{plain.content_type[:60]}`."
        )
    try:
        text = body_of(request).decode()
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=MOST_FIELDS
        )  # fmt: skip
    except ValueError:
        raise Refusal(
            400, "bad_form", f"The body is no form: expected {FORM}, as in `limit=1&verb=…`."
        ) from None
    fields = only_once(pairs)
    content = fields.pop(CONTENT, None)
    if method in ("PUT", "POST") and content is None:
        raise bad_field(CONTENT, "required", f"A {method} sends its statements in the form field `content`.")
    if method in ("GET", "HEAD") and content is not None:
        raise bad_field(CONTENT, "unknown_field", f"A {method} has no content.")
    standing = {name.casefold(): fields.pop(name) for name in list(fields) if name.casefold() in HEADERS}
    # A field is the header it is named after (Communication 1.3), and counts before the one that the request has
    # itself, whose content type is that of the form.
    headers = {**plain.headers, **standing}
    headers["content-type"] = standing.get("content-type", "application/json")
    return Asked(method, fields, headers, lambda: (content or "").encode())


def only_once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Raises Refusal 400 for a name that comes twice."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise bad_field(name[:40], "repeated_parameter", f"`{name[:40]}` comes twice. Send it once.")
        found[name] = value
    return found
