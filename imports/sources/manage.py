"""Setting sources up: who may, what is asked, and their secrets. Whatever is wrong with a field is a BadRequest.

Doors note in the audit log what they let somebody do here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from edu_csv.access import policy
from edu_csv.access.actors import Actor, actor_of_client
from edu_csv.access.mailing import may_be_mailed
from edu_csv.access.models import Account, ApiClient, Institution
from edu_csv.access.policy import Ability
from edu_csv.pages.words import listed
from imports.models import Family, OnError, Source, SourceMode
from imports.requests import BadRequest, NotAllowed
from imports.sources import automation, keys, settings_of, waking

ACTIONS = ("create", "update", "delete")
# What ``change`` may set; the rest is set by what happens.
FIELDS = (
    "name", "action", "is_enabled", "mode", "on_error", "switches", "expected", "limits", "automation_enabled",
    "notify", "client", "watched_folder", "watched_prefix",
)  # fmt: skip
# 144 random bits, without letters that are mistaken for others.
PASSWORD_BYTES = 18
UNUSABLE = "!"
MOST_ADDRESSES = 50
WHO_IS_MAILED = (
    "mail goes to accounts of the institution and to its mail domains only. Add the domain under Settings, or give"
    " its reader an account."
)


@dataclass(frozen=True, slots=True)
class NewSource:
    """What is said of a source when it is made; ``Source`` says what each means."""

    name: str
    slug: str
    family: str
    action: str = ""
    is_enabled: bool = True
    mode: str = SourceMode.APPLY
    on_error: str = OnError.SKIP
    switches: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    notify: tuple[str, ...] = ()
    client: int | None = None
    watched_folder: str = ""
    watched_prefix: str = ""


def may_manage(actor: Actor) -> bool:
    """A source's files reach the whole institution, so whoever sets it up must too."""
    return policy.may(actor, Ability.SETTINGS) and policy.read_reach(actor, Ability.SETTINGS).is_whole


def visible_sources(actor: Actor) -> QuerySet[Source]:
    """All, to those who manage them; to an API client those that it feeds; to an account those that mail to it."""
    sources = (
        Source.objects.filter(institution_id=actor.institution).select_related("client").order_by("name")
    )
    if may_manage(actor):
        return sources
    if not policy.may(actor, Ability.SOURCES):
        return sources.none()
    if actor.client is not None:
        return sources.filter(client_id=actor.client) if _reaches_all(actor) else sources.none()
    address = Account.objects.values_list("email", flat=True).get(pk=actor.account or 0)
    named = [
        pk
        for pk, notify in sources.values_list("pk", "notify")
        if address in {each.strip().casefold() for each in notify}
    ]
    return sources.filter(pk__in=named)


def check_may_manage(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not may_manage(actor):
        raise NotAllowed("Only an administrator of the whole institution sets up sources.")


def create(actor: Actor, new: NewSource) -> Source:
    """Make a source, without password or key. Raises BadRequest, NotAllowed."""
    check_may_manage(actor)
    _check_slug(new.slug)
    institution = Institution.objects.get(pk=actor.institution)
    source = Source(
        institution=institution,
        slug=new.slug.lower(),
        login=f"{institution.slug}-{new.slug}".lower(),
        family=_one_of("family", new.family, tuple(Family.values)),
        password=UNUSABLE,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT source_id FROM imports_source_by_login(%s)", [source.login])
        if cursor.fetchone():
            raise BadRequest("slug", "taken", f"There is a source with the log-in `{source.login}` already.")
    given = {name: value for name, value in asdict(new).items() if name in FIELDS}
    return _save(actor, source, given)


def faults(actor: Actor, new: NewSource) -> list[BadRequest]:
    """Everything that is wrong with a new source, of which ``create`` raises the first. Nothing is stored."""
    found: list[BadRequest] = []
    source = Source(institution_id=actor.institution, family=new.family, action=new.action)
    looks: list[Callable[[], object]] = [lambda: _check_slug(new.slug)]
    looks.append(lambda: _one_of("family", new.family, tuple(Family.values)))
    # Whether an action is needed, and which switches there are, is for the family to say.
    is_known = new.family in Family.values
    given = {name: value for name, value in asdict(new).items() if name in FIELDS and name != "action"}
    looks += [
        partial(_set, actor, source, name, value)
        for name, value in given.items()
        if is_known or name != "switches"
    ]
    if is_known:
        looks.append(lambda: _check_action(source))
    for look in looks:
        try:
            look()
        except BadRequest as wrong:
            found.append(wrong)
    return found


def change(actor: Actor, source: Source, **given: Any) -> Source:
    """Set some of ``FIELDS``. Raises BadRequest, NotAllowed."""
    check_may_manage(actor)
    if unknown := sorted(set(given) - set(FIELDS)):
        raise BadRequest(unknown[0], "unknown_field", f"Expected one of {', '.join(FIELDS)}.")
    with transaction.atomic():
        return _save(actor, Source.objects.select_for_update().get(pk=source.pk), given)


def pause(actor: Actor, source: Source, until: datetime | None) -> None:
    """Until then nothing of its inbox is taken and nothing is expected of it; None: it goes on at once."""
    check_may_manage(actor)
    now = timezone.now()
    if until is not None and until <= now:
        raise BadRequest("until", "time_in_past", "This time is past. Write one that is to come.")
    # What was due in a pause that ends now is not missed.
    since = now if until is None and source.is_paused(now) else source.watched_since
    Source.objects.filter(pk=source.pk).update(paused_until=until, watched_since=since)
    if until is None:
        waking.wake_on_commit(source)


def new_password(actor: Actor, source: Source) -> str:
    """A new password, in place of any former one. It is kept hashed and shown this once."""
    check_may_manage(actor)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    source.password = make_password(password)
    source.save(update_fields=["password"])
    return password


def drop_password(actor: Actor, source: Source) -> None:
    """From now on only keys open it."""
    check_may_manage(actor)
    source.password = UNUSABLE
    source.save(update_fields=["password"])


def add_key(actor: Actor, source: Source, text: str) -> dict[str, str]:
    """Let a public key in, as OpenSSH writes it (``ssh-ed25519 AAAA… name``). Raises BadRequest."""
    check_may_manage(actor)
    key = {**keys.read(text), "added_at": timezone.now().isoformat()}
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        for known in source.public_keys:
            if known["fingerprint"] == key["fingerprint"]:
                return dict(known)
        source.public_keys = [*source.public_keys, key]
        source.save(update_fields=["public_keys"])
    return key


def remove_key(actor: Actor, source: Source, fingerprint: str) -> None:
    """Raises BadRequest when there is no such key."""
    check_may_manage(actor)
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        left = [key for key in source.public_keys if key["fingerprint"] != fingerprint]
        if len(left) == len(source.public_keys):
            raise BadRequest(
                "fingerprint", "unknown_reference", f"There is no key `{fingerprint[:80]}` here."
            )
        source.public_keys = left
        source.save(update_fields=["public_keys"])


def has_password(source: Source) -> bool:
    return bool(source.password) and not source.password.startswith(UNUSABLE)


def is_password(source: Source | None, given: str) -> bool:
    """Whether this opens the source; takes as long when there is no such source, or no password."""
    usable = source is not None and has_password(source)
    stored = source.password if source is not None and usable else _nobodys()
    return check_password(given, stored) and usable


_NOBODYS: list[str] = []


def _nobodys() -> str:
    if not _NOBODYS:
        _NOBODYS.append(make_password(secrets.token_urlsafe()))
    return _NOBODYS[0]


def _save(actor: Actor, source: Source, given: Mapping[str, Any]) -> Source:
    for name, value in given.items():
        _set(actor, source, name, value)
    _check_action(source)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise BadRequest("name", "taken", f"There is a source called {source.name} already.") from None
    return source


def _check_slug(slug: str) -> None:
    try:
        validate_slug(slug)
    except ValidationError:
        raise BadRequest(
            "slug", "bad_value", f"Expected letters, digits and hyphens, got `{slug[:60]}`."
        ) from None


def _check_action(source: Source) -> None:
    if source.family == Family.ECHOVIDEO and source.action not in ACTIONS:
        raise BadRequest(
            "action", "required", f"Say what the rows of EchoVideo's files do: {', '.join(ACTIONS)}."
        )
    if source.family != Family.ECHOVIDEO and source.action:
        raise BadRequest(
            "action", "unknown_action", "Rows of this family say themselves what they do. Leave it out."
        )


def _set(actor: Actor, source: Source, name: str, value: Any) -> None:
    match name:
        case "name":
            source.name = " ".join(str(value).split())[:200]
            if not source.name:
                raise BadRequest(
                    "name", "required", "Write which system sends the files, such as Banner nightly."
                )
        case "mode":
            source.mode = _one_of("mode", value, tuple(SourceMode.values))
        case "on_error":
            source.on_error = _one_of("on_error", value, tuple(OnError.values))
        case "switches":
            source.switches = settings_of.switches(source.family, value)
        case "limits":
            source.limits = settings_of.limits(value)
        case "expected":
            _expect(source, settings_of.expected(value))
        case "notify":
            source.notify = _addresses(source.institution_id, value)
        case "client":
            source.client = _client(actor, value)
        case "watched_folder" | "watched_prefix":
            setattr(source, name, settings_of.place(name, value))
            source.last_poll = {}
        case "automation_enabled":
            _automate(source, bool(value))
        case "action":
            source.action = str(value).strip().lower()
        case _:
            if value and not source.is_enabled:
                # What was due while it was off is not missed.
                source.watched_since = timezone.now()
            source.is_enabled = bool(value)


def _one_of(name: str, value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise BadRequest(
            name, "bad_enum", f"Expected {', '.join(f'`{each}`' for each in known)}; got `{value}`."
        )
    return str(value)


def _expect(source: Source, expected: dict[str, Any] | None) -> None:
    if expected != source.expected:
        # What was due by the former expectation is not missed by the new one.
        source.expected, source.watched_since = expected, timezone.now()


def _automate(source: Source, on: bool) -> None:
    if on and not source.automation_enabled:
        if source.family != Family.CIRCLEIN:
            raise BadRequest(
                "automation_enabled", "not_for_family", "Only sources of CircleIn have this switch."
            )
        if not (shown := automation.ready(source)):
            raise BadRequest(
                "automation_enabled",
                "not_ready",
                f"First an import of {shown.missing} has to end without errors. Until then files are only checked.",
            )
    source.automation_enabled = on


def _addresses(institution: int, value: Any) -> list[str]:
    """Those that are told. An address that would never be mailed is refused, for nobody would notice."""
    found = []
    for each in value:
        address = str(each).strip()
        try:
            validate_email(address)
        except ValidationError:
            raise BadRequest(
                "notify", "bad_value", f"Expected a mail address, got `{address[:80]}`."
            ) from None
        found.append(address)
    found = list(dict.fromkeys(found))[:MOST_ADDRESSES]
    if never := never_mailed(institution, found):
        raise BadRequest("notify", "bad_value", f"No mail would reach {listed(never)}: {WHO_IS_MAILED}")
    return found


def never_mailed(institution: int, addresses: Collection[str]) -> list[str]:
    """Those that belong to no account and lie in no mail domain of the institution; two statements at most."""
    mailed = may_be_mailed(institution, addresses)
    return [address for address in addresses if address not in mailed]


def _client(actor: Actor, value: Any) -> ApiClient | None:
    if value is None:
        return None
    pk = value.pk if isinstance(value, ApiClient) else value
    found = ApiClient.objects.filter(pk=pk, institution_id=actor.institution).first()
    if found is None:
        raise BadRequest("client", "unknown_reference", f"There is no API client {pk} in this institution.")
    if not _reaches_all(actor_of_client(found)):
        raise BadRequest(
            "client",
            "bad_value",
            f"The API client {found.name} may not send files for the whole institution, and a source's files reach all"
            " of it. Name one whose role is integration or admin, not limited to a part.",
        )
    return found


def _reaches_all(client: Actor) -> bool:
    return policy.read_reach(client, Ability.SOURCES).is_whole
