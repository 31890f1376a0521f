"""A real browser for the tests of the page: Debian's Chromium, driven by Playwright."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
DESK = {"width": 1280, "height": 900}
NUMBERS = "button.n:not([popover] *)"  # of the page itself, not of an open citation


class Visit:
    """A page opened from disk, with what it asked for and what it complained of."""

    def __init__(self, browser: Any, address: str, **settings: Any) -> None:
        self.page = page = browser.new_page(**({"viewport": DESK} | settings))
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self.answer)
        page.goto(address)

    def answer(self, dialog: Any) -> None:
        """A dialog is a complaint too: the page has no script that could open one."""
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_citations(self) -> list[str]:
        """What the open popovers say."""
        return [box.inner_text() for box in self.page.locator("[popover]:popover-open").all()]


@contextmanager
def browsing() -> Iterator[Any]:
    """A browser; what needs one skips where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()
