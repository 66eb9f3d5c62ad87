"""Recurring reports, webhooks and notices over REST (rest-api.md's conventions), below ``/api/v1/``."""
