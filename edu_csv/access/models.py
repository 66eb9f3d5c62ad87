"""Institutions, who logs in, which programs call, and what each was granted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from edu_csv.access.roles import Role, XapiAccess


class Institution(models.Model):
    """The tenant. Everything else carries its id, and the database shows nobody another's rows."""

    name = models.TextField()
    slug = models.SlugField(unique=True)
    time_zone = models.TextField(default="UTC")
    # Raised by every transaction that writes the roster: a plan made at another version is made again.
    roster_version = models.BigIntegerField(default=0)
    designated_administration = models.BooleanField(default=False)
    rooms_need_device = models.BooleanField(default=False)
    # Whether administrators of org units see schedules that publish to no section (echovideo.md 5.2).
    shows_unpublished_captures = models.BooleanField(default=False)
    # Mail about imports goes to accounts and to addresses in these domains only.
    notify_domains = models.JSONField(default=list, blank=True)
    # An address the institution controls, with which ids in statements begin; blank: that of this site.
    xapi_base = models.TextField(default="", blank=True)
    # Whether reports name who asked or answered anonymously (reporting-api.md G17).
    reveal_anonymous = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "access_institution"

    def __str__(self) -> str:
        return self.name

    @property
    def statements_base(self) -> str:
        """The address with which ids in statements begin, without a slash at its end (xapi.md 8.2)."""
        return (self.xapi_base or settings.PUBLIC_BASE_URL).rstrip("/")


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email=(username or "").strip().casefold())

    def create_account(self, *, email: str, password: str | None, name: str = "") -> Account:
        account = self.model(email=email.strip().casefold(), name=name or email.partition("@")[0])
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Someone who logs in. What they may do hangs on grants, never on the account itself."""

    email = models.EmailField(unique=True)
    name = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        db_table = "access_account"

    def __str__(self) -> str:
        return self.name or self.email


class ApiClient(models.Model):
    """A program that calls: a key and a secret of one institution."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="api_clients")
    name = models.TextField()
    key = models.CharField(max_length=64, unique=True)
    # SHA-256 of 256 random bits: a slow hash would add nothing to a secret that cannot be guessed.
    secret_sha256 = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
    may_use_csv_data_import = models.BooleanField(default=True)
    may_use_xapi = models.BooleanField(default=True)
    # Blank: what the role allows (edu_csv.access.policy.xapi_rights).
    xapi_access = models.CharField(max_length=10, choices=XapiAccess.choices, default="", blank=True)
    may_use_reporting = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "access_api_client"

    def __str__(self) -> str:
        return self.name

    # What DRF and Django ask of whoever makes a request.
    is_authenticated = True
    is_anonymous = False


class TokenFamily(models.Model):
    """What began with one grant of client credentials: the refresh token that is good now, and all that came of it.

    A refresh token has two halves. The first is that of the family and never changes; the second is another with each
    refresh. So a spent one is known for what it is, and no list of spent ones is kept (reporting-api.md 5.2).
    """

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE)
    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="token_families")
    # SHA-256 of the first half, and of the second half of the one token that is not spent.
    family_sha256 = models.CharField(max_length=64, unique=True)
    unspent_sha256 = models.CharField(max_length=64)
    used_at = models.DateTimeField()

    class Meta:
        db_table = "access_token_family"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["client", "-used_at"], name="token_family_newest"),
        ]

    def __str__(self) -> str:
        return f"tokens of client {self.client_id}"


class AccessToken(models.Model):
    """A bearer token of the client-credentials grant, kept as its SHA-256."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE)
    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="tokens")
    # Null: of before there were families.
    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, null=True, related_name="tokens")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "access_token"

    def __str__(self) -> str:
        return f"a token of client {self.client_id}"


class Grant(models.Model):
    """One role of one account or client, in one institution, from one org unit downwards."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="grants")
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    client = models.ForeignKey(
        ApiClient, on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    # An org unit of the roster, which stands above this layer; the database holds the reference.
    org_unit_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "access_grant"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="grant_of_account_or_client",
                condition=Q(account__isnull=False, client__isnull=True)
                | Q(account__isnull=True, client__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} from {self.org_unit_id or 'the institution'}"


class AuditEvent(models.Model):
    """Who did what, to what, from where."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE)
    at = models.DateTimeField(default=timezone.now)
    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True)
    client = models.ForeignKey(ApiClient, on_delete=models.SET_NULL, null=True)
    verb = models.CharField(max_length=60)
    target = models.TextField(blank=True)
    address = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "access_audit_event"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["institution", "-at"], name="audit_newest")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target}"


class IdempotentRequest(models.Model):
    """A POST that was carried out once for a client and key; a repeat gets the first answer."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE)
    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    # Whoever carries it out says so now and then; when that ceases, a repeat may take over.
    beat_at = models.DateTimeField(default=timezone.now)
    attempt = models.IntegerField(default=1)
    # Null while the first is still running.
    status = models.IntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)

    class Meta:
        db_table = "access_idempotent_request"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["institution", "caller", "key"], name="idempotent_once")
        ]

    def __str__(self) -> str:
        return f"{self.caller}: {self.key}"


class Attempt(models.Model):
    """One try to log in that has not succeeded (yet); of no institution, for nobody is known yet."""

    # SHA-256 of what is limited: an e-mail address, a network address.
    subject = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "access_attempt"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["subject", "at"], name="attempt_subject"),
            models.Index(fields=["at"], name="attempt_oldest"),
        ]

    def __str__(self) -> str:
        return f"a try at {self.at}"


class Allowance(models.Model):
    """How many requests somebody may still make (edu_csv.access.allowance).

    left: of a client, at once; it grows with time. calls: of an institution, the times of those of the last minute.
    """

    # Who shares it, such as "client 12" or "institution 3".
    subject = models.CharField(max_length=60, primary_key=True)
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    left = models.FloatField()
    at = models.DateTimeField()
    calls = ArrayField(models.DateTimeField(), default=list, db_default=[])

    class Meta:
        db_table = "access_allowance"

    def __str__(self) -> str:
        return f"{self.left:g} requests of {self.subject}"
