"""The OpenAPI document of the REST API, and a page to read it. Both tell nothing of any institution."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView


class Schema(SpectacularAPIView):
    """OpenAPI 3.1, as YAML or (``?format=json``, or by the Accept header) JSON."""

    authentication_classes: Any = ()
    permission_classes: Any = ()


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every endpoint, to read and to try; drawn in the browser from the document."""
    return render(
        request, "api_docs.html", {"title": "REST API", "schema": f"{reverse('api:schema')}?format=json"}
    )
