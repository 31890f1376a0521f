"""What several providers share: the list of rows in an answer, and the address of the next page."""

from typing import Any

from muster.errors import FetchError
from muster.fetch.addresses import shown
from muster.fetch.download import Request
from muster.fetch.provider import Ask, Page, Row


def listed(said: Any, *steps: str) -> list[Row]:
    """The list of objects at a place in an answer.

    Raises:
        FetchError: there is none: the answer is an error in JSON, or the interface has changed.
    """
    found = said
    for step in steps:
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise FetchError(
            f"no list {'.'.join(steps)} in the answer: {str(said)[:120]}", expected="the provider's documented layout"
        )
    return found


def linked(ask: Ask, page: Page, link: Any) -> Request | None:
    """The next page: of the address that an answer names only the query is taken, so that no answer leads elsewhere.

    Raises:
        FetchError: the next page is the same page.
    """
    if not link:
        return None
    base = page.request.url.partition("?")[0]
    after = Request(f"{base}?{str(link).partition('?')[2]}", page.request.kind, ask.secret)
    if after.url == page.request.url:
        raise FetchError("the next page is the page itself", where=shown(after.url), expected="pages that end")
    return after
