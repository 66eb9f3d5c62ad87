"""Pages that belong to no destination: the theme, and the styleguide."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from edu_csv.pages import styleguide as samples
from edu_csv.pages.shell import THEME_COOKIE, THEMES

THEME_SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember the colours in this browser and go back to where one was."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponse(f"Expected a theme among {', '.join(THEMES)}, got {theme!r}.", status=400)
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = HttpResponseRedirect(back)
    answer.set_cookie(
        THEME_COOKIE, theme, max_age=THEME_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return answer


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component once, in each of its states; only where DEBUG is on."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "styleguide.html", samples.context())
