"""Static files in one piece: WhiteNoise streams them from the disk, which ASGI cannot do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise, with answers that fit every server; the largest file has some 250 kB."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        answer = HttpResponse(content, status=int(found.status))
        # WhiteNoise names every header itself; Django's own type would stand where it names none.
        del answer["Content-Type"]
        for name, value in found.headers:
            answer[name] = value
        return answer
