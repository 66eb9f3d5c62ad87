from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from edu_csv.jobs import runners
        from edu_csv.jobs.models import Kind
        from edu_csv.roster import origins
        from imports import files
        from imports.sources.waking import run_and_wake
        from imports.steps.ended import redact_ended
        from imports.steps.report import run_results
        from imports.undo import give_up, run_undo

        runners.register(Kind.IMPORT, run_and_wake, on_given_up=redact_ended, on_cancelled=redact_ended)
        runners.register(Kind.UNDO, run_undo, on_given_up=give_up)
        runners.register(Kind.RESULTS, run_results)
        origins.register(files.origins)
