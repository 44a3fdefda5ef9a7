"""What a browser must not say while a test walks: console errors, blocked content, other hosts."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# Chromium writes a console error for any page answered with 4xx. Tests look at those pages themselves, so the
# answer of a page is no fault here; the answer of anything the page loads is.
PAGE_ANSWER = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Watch:
    """Collects faults of all pages of its contexts."""

    host: str
    faults: list[str] = field(default_factory=list)
    offline: bool = False  # while true, what fails to load is expected

    def over(self, context: BrowserContext) -> BrowserContext:
        """Watch a context."""
        context.on("console", self._console)
        context.on("weberror", self._script)
        context.on("request", self._request)
        context.on("response", self._response)
        return context

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        where = message.location.get("url", "")
        page = message.page.url if message.page else ""
        of_page = message.text.startswith(PAGE_ANSWER) and urlsplit(where).path == urlsplit(page).path
        if not (of_page or self.offline):
            self.faults.append(f"console {message.type} on {page}: {message.text} ({where})")

    def _script(self, error: WebError) -> None:
        self.faults.append(f"script error on {error.page.url if error.page else '?'}: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.host:
            self.faults.append(f"another host was asked: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} from {response.url}")
