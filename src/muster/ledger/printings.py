"""One story, many outlets: who printed a record, and which reports are one voice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from muster.records import Citation, Commitment, Published, Record, Report, Statement

EACH_ITS_OWN: Mapping[str, str] = MappingProxyType({})


class Outlet(Record, frozen=True, kw_only=True):
    """Who printed a report, and where: ``name`` is the outlet's own, else its address's host, else the report's file."""

    name: str
    report: str
    address: str = ""
    published: Published = ""


class Printing(Record, frozen=True, kw_only=True):
    """A record that several outlets printed, the one that it cites first, then by name. They count as one source."""

    record: str
    outlets: tuple[Outlet, ...]


def printings(reports: Iterable[Report], records: Iterable[Commitment | Statement]) -> tuple[Printing, ...]:
    """The records that more than one outlet printed, by id.

    An outlet that printed a record in several reports counts once. Only what the reports themselves say is used: for a record
    without a stored report nobody knows who else printed it.
    """
    by_id = {report.id: report for report in reports}
    also: defaultdict[str, list[Report]] = defaultdict(list)
    for report in by_id.values():
        for name in report.prints:
            also[name].append(report)
    copied = sorted((one.id, one.citation.report) for one in records if one.id in also and one.citation.report in by_id)
    found = [Printing(record=name, outlets=outlets(by_id[own or ""], also[name])) for name, own in copied]
    return tuple(each for each in found if len(each.outlets) > 1)


def editions(reports: Iterable[Report]) -> dict[str, tuple[Outlet, ...]]:
    """For each report whose story several outlets printed, all of these, its own first."""
    stories: defaultdict[str, list[Report]] = defaultdict(list)
    for report in reports:
        stories[report.story or report.id].append(report)
    found = {one.id: outlets(one, told) for told in stories.values() if len(told) > 1 for one in told}
    return {report: each for report, each in found.items() if len(each) > 1}


def outlets(first: Report, others: Iterable[Report]) -> tuple[Outlet, ...]:
    """The outlets of some reports, each once: that of the first, then the others by name."""
    own = outlet(first)
    named = {own.name.casefold(): own}
    for one in sorted(map(outlet, others), key=lambda one: (one.name.casefold(), one.published, one.report)):
        named.setdefault(one.name.casefold(), one)
    return tuple(named.values())


def outlet(report: Report) -> Outlet:
    """Who printed a report, as far as it says."""
    name = report.outlet or host(report.address) or report.file
    return Outlet(name=name, report=report.id, address=report.address, published=report.published)


def host(address: str) -> str:
    """The host of a web address, ``www.`` dropped; empty for what is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def voices(reports: Iterable[Report]) -> Mapping[str, str]:
    """The first report of the story of each report that prints another one's: together they are one voice."""
    return {report.id: report.story for report in reports if report.story}


def voice(citation: Citation, voices: Mapping[str, str] = EACH_ITS_OWN) -> str:
    """Who speaks: the story's first report, else the report, else the page; empty for a source without any of them."""
    report = citation.report or ""
    return voices.get(report, report) or citation.address
