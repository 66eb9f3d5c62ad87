"""A person at a browser, and what the browser was asked to do on the way."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

PASSWORD = "a password for tests only"


@dataclass
class Watch:
    """Everything that must not happen: requests to other hosts, errors on the console, broken scripts.

    forgiven: parts of messages that a test provokes, such as "status of 400".
    """

    address: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if (
            parts.scheme not in ("data", "blob", "about")
            and f"{parts.scheme}://{parts.netloc}" != self.address
        ):
            self.elsewhere.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        # A broken content policy is told here too, as an error.
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    @property
    def faults(self) -> list[str]:
        return [*self.elsewhere, *(c for c in self.complaints if not any(f in c for f in self.forgiven))]


@dataclass
class Person:
    """One page of one browser context. folder: where what it downloads is kept."""

    page: Page
    address: str
    watch: Watch
    folder: Path

    def log_in(self, email: str, after: str = "/imports/") -> None:
        self.go(f"/login/?next={after}")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.locator("#nav")).to_be_attached()

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def file(self, name: str, text: str) -> Path:
        """A file on this person's own disk."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def download(self, link: str) -> str:
        """The text of what a link downloads."""
        with self.page.expect_download() as started:
            self.page.get_by_role("link", name=link, exact=True).first.click()
        kept = self.folder / started.value.suggested_filename
        started.value.save_as(kept)
        return kept.read_text("utf-8-sig")

    def picture(self, name: str) -> None:
        """A picture of the whole page, for eyes; kept when a folder for them is named."""
        if folder := os.environ.get("BROWSER_PICTURES"):
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
