"""Coming in and going out: log in, log out, and in which institution one works."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from edu_csv import tenancy
from edu_csv.access import attempts, services
from edu_csv.access.attempts import Limit
from edu_csv.access.models import Account, Institution
from edu_csv.pages.contexts.shell import ChooseInstitution, LogIn
from edu_csv.pages.contexts.shell import Institution as Choice
from edu_csv.pages.doors import address_of, asked, own_address, page
from edu_csv.pages.sessions import PersonRequest, choose
from edu_csv.pages.words import counted

# Sentence 24: one for every wrong pair, so that nobody learns which addresses have accounts.
WRONG_PAIR = "This e-mail and password do not belong together."
NO_ROLE = "This account has no role at any institution yet. An administrator can give it one."
TRIES_OF_EMAIL = 10
# A whole campus may share one address; only wrong tries count.
TRIES_OF_ADDRESS = 60


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Check e-mail and password, and go on to where one was going. 429 after too many wrong pairs."""
    back = own_address(asked(request.POST, "next") or asked(request.GET, "next"))
    if request.method != "POST":
        if getattr(request, "actor", None) is not None:
            return HttpResponseRedirect(back)
        return _form(request, back)
    email = asked(request.POST, "email")
    limits = [
        Limit("log-in e-mail", email.casefold(), TRIES_OF_EMAIL),
        Limit("log-in address", address_of(request) or "", TRIES_OF_ADDRESS),
    ]
    seconds = attempts.count(limits)
    if seconds:
        minutes = -(-seconds // 60)
        said = f"Too many wrong pairs. Wait {counted(minutes, 'minute')}, then try again."
        answer = _form(request, back, email, said, status=429)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    account = authenticate(request, username=email, password=request.POST.get("password", ""))
    if not isinstance(account, Account):
        return _form(request, back, email, WRONG_PAIR, status=422)
    attempts.forget(limits)
    institutions = services.institutions_of(account)
    if not institutions:
        return _form(request, back, email, NO_ROLE, status=422)
    # Rotates the session's key: one that was planted before is worth nothing after.
    login(request, account)
    choose(request, institutions[0])
    with tenancy.use_institution(institutions[0]):
        services.audit(
            institutions[0], "log_in", account.email, account=account.pk, address=address_of(request)
        )
    return HttpResponseRedirect(f"/institution/?next={quote(back)}" if len(institutions) > 1 else back)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server, so that a copied cookie is worth nothing."""
    logout(request)
    return HttpResponseRedirect("/login/")


@require_http_methods(["GET", "HEAD", "POST"])
@page()
def choose_institution(request: PersonRequest) -> HttpResponse:
    """For an account with roles in several institutions: in which one it works from now on."""
    back = own_address(asked(request.POST, "next") or asked(request.GET, "next"))
    institutions = [_named(pk) for pk in services.institutions_of(request.user)]
    if request.method == "POST":
        wanted = asked(request.POST, "institution")
        chosen = next((found for found in institutions if found.slug == wanted), None)
        if chosen is None:
            return HttpResponse("Expected one of your institutions.", status=400)
        choose(request, chosen.pk)
        return HttpResponseRedirect(back)
    choices: list[Choice] = [{"slug": found.slug, "name": found.name} for found in institutions]
    context: ChooseInstitution = {"institutions": choices, "next": back}
    return render(request, "choose_institution.html", {**context})


def _form(
    request: HttpRequest, back: str, email: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    context: LogIn = {"institution": _only_institution(), "email": email, "error": error, "next": back}
    return render(request, "login.html", {**context}, status=status)


def _only_institution() -> str:
    """The name of the institution, where this installation has one; with several it would give them away."""
    known = services.all_institutions()
    return _named(known[0]).name if len(known) == 1 else ""


def _named(institution: int) -> Institution:
    """The database shows only the institution one has entered."""
    with tenancy.use_institution(institution):
        return Institution.objects.get(pk=institution)
