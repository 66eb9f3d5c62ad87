"""Mounted at ``files/``: the door for signed links when files are in a folder of this machine."""

from __future__ import annotations

from django.urls import path

from edu_csv.storage.views import door

app_name = "storage"

urlpatterns = [
    path("<str:token>", door, name="part"),
    path("<str:token>/<str:name>", door, name="download"),
]
