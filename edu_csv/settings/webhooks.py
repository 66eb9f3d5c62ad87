"""Webhooks: where they may go, and how long each is tried (docs/decisions/webhooks.md)."""

from __future__ import annotations

from edu_csv.settings import env

# Private, loopback and link-local addresses are this network's own: whoever may name a webhook could look into it.
# On, webhooks may also go by http.
WEBHOOK_PRIVATE_ADDRESSES = env.boolean("WEBHOOK_PRIVATE_ADDRESSES", False)
# From the first byte sent to the last one of the answer.
WEBHOOK_TIMEOUT_SECONDS = env.integer("WEBHOOK_TIMEOUT_SECONDS", 15, at_least=1, at_most=120)
# A notice that was not taken by then is given up; it can be sent again by hand.
NOTICE_TRIED_HOURS = env.integer("NOTICE_TRIED_HOURS", 24, at_least=1, at_most=720)
