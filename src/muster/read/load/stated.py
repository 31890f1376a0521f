"""What the tags of a web page state of its title, its outlet and the day it was published; nothing is guessed from text."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from muster.records import Record, Report

DAY = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?:$|[T\s])")
ARTICLE = re.compile(r"article|report|posting", re.IGNORECASE)
MOST = 10_000  # nodes of a page's linked data that are looked at
LONGEST = 300  # characters of a title


class Stated(Record, frozen=True, kw_only=True):
    """Title, outlet and day; each empty where no tag states it."""

    title: str = ""
    outlet: str = ""
    published: str = ""
    warnings: tuple[str, ...] = ()


def stated(tree: Any) -> Stated:
    """What an lxml tree of a page states. The day is the one that is written, in whatever time zone."""
    nodes = list(_linked(tree))
    articles = [node for node in nodes if ARTICLE.search(str(node.get("@type", "")))]
    tagged = _days(_meta(tree, "article:published_time", "datepublished"))
    linked = _days(str(node.get("datePublished", "")) for node in articles or nodes)
    days = tagged[:1] or linked[:1] or _times(tree)
    other = [day for day in linked[:1] if days and day != days[0]]
    return Stated(
        title=_first(
            [*_meta(tree, "og:title"), *(_word(node.get("headline")) for node in articles), *_texts(tree, "title", "h1")]
        ),
        outlet=_first([*_meta(tree, "og:site_name"), *(_name(node.get("publisher")) for node in articles)]),
        published=days[0] if days else "",
        warnings=tuple(f"the page states two days of publication: {days[0]} is taken, not {day}" for day in other),
    )


def _meta(tree: Any, *names: str) -> list[str]:
    found = []
    for element in tree.iter("meta"):
        called = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
        if called in names:
            found.append(element.get("content") or "")
    return found


def _times(tree: Any) -> list[str]:
    """The day of the page's ``time`` elements: the one marked as that of publication, else the only one that there is."""
    times = list(tree.iter("time"))
    marked = [each for each in times if "pubdate" in each.attrib or each.get("itemprop", "").lower() == "datepublished"]
    days = set(_days(each.get("datetime") or "" for each in marked[:1] or times))
    return list(days) if len(days) == 1 else []


def _days(values: Iterable[str]) -> list[str]:
    """The days among values such as ``2024-06-24T10:00:00Z``; what is no day of the calendar is left out."""
    found = []
    for value in values:
        match = DAY.match(value)
        if match and _is_day(match[1]):
            found.append(match[1])
    return found


def _is_day(day: str) -> bool:
    try:
        return bool(Report(id="", file="", published=day))
    except ValueError:
        return False


def _linked(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD, in order, outer before inner."""
    waiting: list[Any] = []
    for script in tree.iter("script"):
        if script.get("type", "").strip().lower() == "application/ld+json":
            try:
                waiting.append(msgspec.json.decode(script.text or ""))
            except (ValueError, RecursionError):
                continue
    for _ in range(MOST):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, dict):
            yield node
        inner = list(node.values()) if isinstance(node, dict) else node
        waiting += [each for each in inner if isinstance(each, dict | list)]


def _texts(tree: Any, *tags: str) -> list[str]:
    return ["".join(element.itertext()) for tag in tags for element in list(tree.iter(tag))[:1]]


def _name(publisher: Any) -> str:
    return _word(publisher.get("name")) if isinstance(publisher, dict) else ""


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _first(values: Iterable[str]) -> str:
    lines = (" ".join(value.split())[:LONGEST] for value in values)
    return next((line for line in lines if line), "")
