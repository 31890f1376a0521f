"""The words of a report around a record, read again from the report as it was stored."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from muster.errors import ReportError
from muster.ledger.lines import Entry
from muster.read.load import load_report
from muster.records import Citation, Report

AROUND = 400  # characters shown on each side of the span at most


class Passage(NamedTuple):
    """A paragraph in three parts, the middle one being the record's span; ``trouble`` says why there is only the span."""

    before: str
    lit: str
    after: str
    trouble: str = ""

    @property
    def whole(self) -> str:
        """The paragraph in one piece."""
        return f"{self.before}{self.lit}{self.after}"


class Reports:
    """The stored reports of a dossier; each is read once."""

    def __init__(self, folder: Path, entries: Iterable[Entry]) -> None:
        self._folder = folder
        self._names = {each.record.id: each.record.file for each in entries if isinstance(each.record, Report)}
        self._texts: dict[str, str | ReportError] = {}

    def passage(self, citation: Citation) -> Passage:
        """The paragraph of the report around a citation's span; the stored quote alone where that cannot be shown."""
        quote = citation.quote or ""
        if citation.report is None or citation.start is None or citation.end is None:
            return Passage("", quote, "", "" if quote else "no quote: a fact in our own words")
        text = self._text(citation.report)
        if isinstance(text, ReportError):
            return Passage("", quote, "", f"the stored quote only: {text}")
        if text[citation.start : citation.end] != quote:
            return Passage("", quote, "", "the stored quote only: the report does not say this where the record says it does")
        return _around(text, citation.start, citation.end)

    def text(self, report: str) -> str:
        """The text of a stored report; empty where it cannot be shown."""
        text = self._text(report)
        return "" if isinstance(text, ReportError) else text

    def name(self, report: str) -> str:
        """The name of a report's file in the folder, else the one that it came under."""
        path = self._path(report)
        return path.name if path else self._names.get(report, report)

    def _text(self, report: str) -> str | ReportError:
        if report not in self._texts:
            self._texts[report] = self._read(report)
        return self._texts[report]

    def _read(self, report: str) -> str | ReportError:
        """The text of a stored report, or why it cannot be shown. A name in a ledger may be anything: it is only compared."""
        path = self._path(report)
        if path is None:
            return ReportError("the report is not in reports/")
        try:
            loaded = load_report(path)
        except ReportError as error:
            return error
        return loaded.text if loaded.report.id == report else ReportError("the report was changed since it was stored")

    def _path(self, report: str) -> Path | None:
        return self._files.get(report) or self._files.get(self._names.get(report, ""))

    @cached_property
    def _files(self) -> dict[str, Path]:
        """The files of the folder by their whole name and by the report's id before the first dash."""
        try:
            there = sorted(self._folder.iterdir(), reverse=True)
        except OSError:
            return {}
        return {path.name: path for path in there} | {path.name.partition("-")[0]: path for path in there if "-" in path.name}


def _around(text: str, start: int, end: int) -> Passage:
    """From the line break before the span to the one after it, cut between words where that is long."""
    left = max(text.rfind("\n", 0, start) + 1, start - AROUND)
    right = min(place if (place := text.find("\n", end)) >= 0 else len(text), end + AROUND)
    before, after = text[left:start], text[end:right]
    if left == start - AROUND:
        before = "… " + before.partition(" ")[2]
    if right == end + AROUND:
        after = after.rpartition(" ")[0] + " …"
    return Passage(before.lstrip(), text[start:end], after.rstrip())
