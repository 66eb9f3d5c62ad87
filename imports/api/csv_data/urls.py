"""Addresses of the CSV Data Import API, below ``/api/organizations/{org}/`` (csv data import 4.1).

Both families of paths for every call, with and without a slash at the end: the published page itself writes one call in
this way and another in that.
"""

from __future__ import annotations

from django.urls import re_path

from edu_csv.access import policy
from imports.api.csv_data.doors import Method, door
from imports.api.csv_data.listing import fetch
from imports.api.csv_data.previewing import preview
from imports.api.csv_data.progress import job
from imports.api.csv_data.uploading import upload
from imports.api.csv_data.voiding import void

SEND, READ = policy.may_send_csv_data, policy.may_read_csv_data
FAMILY = r"^api/organizations/(?P<org>[^/]+)/(?:csv-import|statement-import)"

# "preview" before ids: it would be one that is no id.
urlpatterns = [
    re_path(rf"{FAMILY}/?$", door(get=Method(fetch, READ), post=Method(upload, SEND)), name="csv-data"),
    re_path(rf"{FAMILY}/preview/?$", door(post=Method(preview, SEND)), name="csv-data-preview"),
    re_path(rf"{FAMILY}/job/(?P<import_id>[^/]+)/?$", door(get=Method(job, READ)), name="csv-data-job"),
    re_path(rf"{FAMILY}/(?P<import_id>[^/]+)/?$", door(delete=Method(void, SEND)), name="csv-data-import"),
]
