"""``/report-webhooks``: addresses that are told of reports, and their secrets."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from edu_csv.access.api import paging
from edu_csv.access.api.asked import only_known
from edu_csv.access.api.problems import bad_field, not_found
from edu_csv.access.api.schema import PROBLEMS, paged
from reporting.api.recurring.doors import ReportsView, newest_first
from reporting.api.recurring.shapes import NewSecret, WebhookInput, WebhookShape
from reporting.telling import webhooks


class Webhooks(ReportsView):
    """The addresses that have a secret in this institution."""

    @extend_schema(
        operation_id="report_webhooks_list",
        summary="Webhooks, newest first",
        responses={200: paged(WebhookShape), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        only_known(request, ())
        found = webhooks.visible_webhooks(self.actor)
        page = newest_first(found, paging.window(request, 1))
        return paging.answer(request, [WebhookShape(each).data for each in page.rows], page, found.count())

    # Not a POST, whose answer would be kept for a repetition: there is a secret in it.
    @extend_schema(
        operation_id="report_webhooks_secret",
        summary="Give an address a new secret",
        description="A new address, or one that has a secret: the new one takes its place at once. It is shown this once.",
        request=WebhookInput,
        responses={200: NewSecret, **PROBLEMS},
    )
    def put(self, request: Request) -> Response:
        given = WebhookInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = webhooks.new_secret(self.actor, given.validated_data["url"])
        self.audit("report_webhook.secret", made.webhook.url, is_new=made.is_new)
        shown = {"url": made.webhook.url, "secret": made.secret, "secret_at": made.webhook.secret_at}
        return Response(NewSecret(shown).data)

    @extend_schema(
        operation_id="report_webhooks_delete",
        summary="Take an address away",
        parameters=[OpenApiParameter("url", str, required=True)],
        responses={204: None, **PROBLEMS},
    )
    def delete(self, request: Request) -> Response:
        only_known(request, ("url",))
        url = request.query_params.get("url", "")
        if not url:
            raise bad_field("url", "required", "Say which address, as `?url=`.")
        webhook = webhooks.visible_webhooks(self.actor).filter(url=url).first()
        if webhook is None:
            raise not_found("There is no such webhook.")
        webhooks.delete(self.actor, webhook)
        self.audit("report_webhook.deleted", url)
        return Response(status=204)
