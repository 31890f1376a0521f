"""The atlas in words, CSV and JSON: every mission in order of its start, the summary, and the limits beside them."""

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from muster.assess.atlas import Design, Entry, factor
from muster.assess.atlas_summary import Pooled, Summary
from muster.assess.words import listed
from muster.records import DataFile, Record

COLUMNS = (
    *("mission", "country", "name", "start", "troops", "elsewhere", "verdict", "stopped_by", "donors"),
    *("effect", "low", "high", "error", "p_value", "reason"),
)
LIMITS = (
    "Years of whole countries are coarse: a mission works in parts of a country, and what it does there drowns in the rest.",
    "Missions are sent where things are worst or have just become better; comparing with other countries does not undo that.",
    "UCDP counts deaths that it can attribute to organised actors whose fight costs 25 in some year: what lies below is zero.",
    "Many countries had several missions in a row; only the first after ten years without one can be told apart from them.",
    "Missions that the deployment data leave out (of regional bodies, of single states) are not seen: donors may have had one.",
    "Neighbours are not taken out of the donors: a war that crosses a border makes an effect look smaller, or larger.",
    "Missions share donors, so that their effects are not independent, and the pooled interval is too narrow for that.",
)


class Atlas(Record, frozen=True, kw_only=True):
    """The whole as JSON. Effects are in log(1 + deaths): the exponential of one is a factor."""

    design: Design
    summary: Summary
    limits: tuple[str, ...]
    sources: tuple[dict[str, str], ...]
    missions: tuple[Entry, ...]


def atlas_json(entries: Sequence[Entry], summary: Summary, design: Design, files: Iterable[DataFile]) -> str:
    """All of it, with the hashes of the files it was made from; no path and no clock."""
    sources = tuple(
        {"source": file.source, "title": file.title, "provider": file.provider, "sha256": file.sha256} for file in files
    )
    whole = Atlas(design=design, summary=summary, limits=LIMITS, sources=sources, missions=tuple(entries))
    return msgspec.json.format(msgspec.json.encode(whole)).decode() + "\n"


def atlas_csv(entries: Iterable[Entry]) -> str:
    """A row a mission; lists are joined by semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in entries:
        row = msgspec.to_builtins(one)
        writer.writerow(["; ".join(cell) if isinstance(cell := row[name], list) else cell for name in COLUMNS])
    return text.getvalue()


def summary_words(summary: Summary) -> list[str]:
    """The result in a few sentences: first how many cannot be told."""
    lost, verdicts = summary.verdicts["cannot tell"], summary.verdicts
    kinds = [f"{many} {name}" for name, many in verdicts.items() if name != "cannot tell"]
    stops = sorted(summary.stopped_by.items(), key=lambda stop: (-stop[1], stop[0]))
    words = [f"{summary.missions} missions: {lost} cannot be told; {listed(kinds)}."]
    if stops:
        words.append(f"What stops them (one may fail several checks): {', '.join(f'{name} {many}' for name, many in stops)}.")
    if 2 * lost > summary.missions:
        words.append("That most cannot be told is the result: such data hold no reference class to promise an effect from.")
    words.append(pooled_words(summary.pooled) if summary.pooled else "Too few can be told for a summary of their effects.")
    return words


def pooled_words(pooled: Pooled) -> str:
    """The random-effects summary in a sentence."""
    ahead = (
        f" The effect of another such mission would lie between {factor(pooled.next_low)} and {factor(pooled.next_high)}."
        if pooled.next_low is not None and pooled.next_high is not None
        else " Two effects cannot say how far another mission's may lie from them."
    )
    unsure = pooled.low < 0 < pooled.high
    tail = ": from a large fall to a rise all is possible" if unsure and np.exp(pooled.low) < 0.5 else ""
    return (
        f"The {pooled.missions} that can be told, pooled: 1 + deaths {factor(pooled.mean)} those without a mission "
        f"(90 percent interval {factor(pooled.low)} to {factor(pooled.high)}{tail}).{ahead}"
    )
