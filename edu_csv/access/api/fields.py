"""Serializer fields that all answers share."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from rest_framework import serializers

# What pages put into every form.
PASSED_OVER = {"csrfmiddlewaretoken"}


class Moment(serializers.DateTimeField):
    """A time in UTC with ``Z``, whatever zone the caller's pages are in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


class Flag(serializers.BooleanField):
    """true or false. Left out of a form it is left out: the framework would take that for false."""

    default_empty_html = serializers.empty


class OneOf(serializers.ChoiceField):
    """One of a few words; a mistake is told with all of them."""

    def to_internal_value(self, data: Any) -> Any:
        if str(data) not in self.choice_strings_to_values:
            words = ", ".join(f"`{word}`" for word in self.choice_strings_to_values)
            raise serializers.ValidationError(f"Expected {words}; got `{str(data)[:40]}`.", "bad_enum")
        return super().to_internal_value(data)


class Strict(serializers.Serializer[Any]):
    """Input of which every member is known: a name that is not is a mistake, told and never dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) or hasattr(data, "keys"):
            unknown = sorted(set(data.keys()) - set(self.fields) - PASSED_OVER)
            if unknown:
                known = ", ".join(f"`{name}`" for name in self.fields)
                raise serializers.ValidationError(
                    {
                        name: serializers.ErrorDetail(
                            f"Expected one of {known}; there is no `{name}`.", "unknown_field"
                        )
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)
