"""Geo-PKO 2.1: UN peacekeepers by place as the mission's own deployment maps show them, one row a place on a map.

A map tells of its month and is held until the mission's next one; the last map of a mission is held to the end of its own month
only, because nothing says that anybody stayed. Of several maps of one month the latest edition stands, and the rows of the
others are set aside as superseded: many are said to be republished with corrections. A row whose month is not that of the rest
of its map is dated as they are: in release 2.1 that is six rows, each of a place that its map otherwise lacks.
"""

import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells, each
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import DEPLOYMENTS
from muster.sources.spellings import iso3
from muster.sources.strengths import MOST, blanked, joined, number_or_untold

COLUMNS = {
    "source": Column("text", "number and revision of the map"),
    "mission": Column("code", "the mission's acronym"),
    "year": Column("whole", "year of the map"),
    "month": Column("whole", "month of the map, 1-12"),
    "location": Column("text", "the place as the map names it"),
    "country": Column("text", "country of the place"),
    "latitude": Column("number", "degrees north, blank where unknown"),
    "longitude": Column("number", "degrees east, blank where unknown"),
    "no.troops": Column("number", "troops at the place; blank where the map does not say how many"),
    "adm1.name": Column("text", "first-level administrative area, blank where unknown"),
}
# Two strengths of one place on one map are two contingents there, one strength twice is one row twice.
KEYS = ("mission", "source", "year", "month", "location", "latitude", "longitude", "no.troops")
REMARK = re.compile(r"\(.*?\)")


class Map(NamedTuple):
    """One row's map: whose it is, which it is, and the month it is dated to (years times 12 plus months from 0)."""

    mission: str
    name: str
    month: int


def parse(table: pa.Table) -> Parsed:
    """Troops by first-level area; a place without one stands under its own name."""
    table = blanked(table, ("no.troops",))
    cells = Cells(table)
    mission, location, area = cells.text("mission"), cells.text("location"), cells.text("adm1.name", blank=True)
    source = cells.text("source")
    year = cells.number("year", whole=True, least=1945, most=2199, outside="bad-date")
    month = cells.number("month", whole=True, least=1, most=12, outside="bad-date")
    maps = _dated(mission.to_pylist(), source.to_pylist(), year.to_pylist(), month.to_pylist())
    standing = _standing(maps)
    superseded = [row is not None and standing[row.mission, row.month] != row.name for row in maps]
    cells.fault("superseded", ("source", "year", "month"), pa.array(superseded, pa.bool_()))
    spans = _spans(standing)
    dated = [spans.get((row.mission, row.month)) if row else None for row in maps]
    latitude, longitude = cells.position("latitude", "longitude")
    columns = {
        "deployment_id": joined(mission, *_texts(maps), *(cells.text(name, blank=True) for name in KEYS[4:])),
        "mission": mission,
        "country": each(cells.text("country"), iso3, pa.string()),
        "place": pc.if_else(pc.equal(area, ""), location, area),
        "site": location,
        "latitude": latitude,
        "longitude": longitude,
        "contributor": pa.repeat("", len(maps)),
        "kind": pa.repeat("troops", len(maps)),
        "date_from": pa.array([span and span[0] for span in dated], pa.date32()),
        "date_to": pa.array([span and span[1] for span in dated], pa.date32()),
        "value": number_or_untold(cells, "no.troops", MOST),
        "held": pa.array([bool(span and span[1] > _last(span[0])) for span in dated], pa.bool_()),
    }
    return cells.parsed(columns, DEPLOYMENTS, key=("deployment_id", KEYS))


def _dated(
    missions: Sequence[str], sources: Sequence[str], years: Sequence[float | None], months: Sequence[float | None]
) -> list[Map | None]:
    """Each row's map, dated to the month in which most rows of that map stand; none where the row names no month."""
    told = [
        Map(mission, _name(source), int(year or 0) * 12 + int(month or 0) - 1)
        if _is_whole(year, 1945, 2199) and _is_whole(month, 1, 12)
        else None
        for mission, source, year, month in zip(missions, sources, years, months, strict=True)
    ]
    counts: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for row in filter(None, told):
        counts[row.mission, row.name][row.month] += 1
    return [row and row._replace(month=_main(counts[row.mission, row.name], row.month)) for row in told]


def _is_whole(number: float | None, least: int, most: int) -> bool:
    return number is not None and number.is_integer() and least <= number <= most


def _main(counts: Counter[int], own: int) -> int:
    """The month of more than half of a map's rows; the row's own where no month has that."""
    month, most = counts.most_common(1)[0]
    return month if 2 * most > counts.total() else own


def _name(source: str) -> str:
    """A map under one spelling: ``Map no.4132 Rev. 05`` is ``map no. 4132 rev. 5``."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"\s", "", source.casefold()))


def _edition(name: str) -> tuple[tuple[int, ...], str]:
    """What puts the maps of one month in order: the numbers of map and revision, without what a remark adds."""
    return tuple(int(number[:18]) for number in re.findall(r"\d+", REMARK.sub("", name))), name


def _standing(maps: Iterable[Map | None]) -> dict[tuple[str, int], str]:
    """The latest edition for each mission and month."""
    found: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for row in filter(None, maps):
        found[row.mission, row.month].add(row.name)
    return {key: max(names, key=_edition) for key, names in found.items()}


def _spans(standing: Iterable[tuple[str, int]]) -> Mapping[tuple[str, int], tuple[date, date]]:
    """The first and the last day of each mission's maps."""
    ordered = sorted(standing)
    spans = {here: (_first(here[1]), _last(_first(here[1]))) for here in ordered}
    for here, after in pairwise(ordered):
        if here[0] == after[0]:
            spans[here] = _first(here[1]), _first(after[1]) - timedelta(days=1)
    return spans


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _last(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _texts(maps: Iterable[Map | None]) -> tuple[pa.StringArray, pa.StringArray]:
    """Month and map of each row for its id."""
    rows = list(maps)
    months = [f"{row.month // 12}-{row.month % 12 + 1:02d}" if row else "" for row in rows]
    return pa.array(months, pa.string()), pa.array([row.name if row else "" for row in rows], pa.string())


SOURCE = Source(
    name="geo-pko",
    title="Geocoded Peacekeeping Operations (Geo-PKO), place by map",
    provider="Uppsala University, Department of Peace and Conflict Research",
    licence="none stated with the data; to be cited; its rows are not passed on",
    citation="Cil, D., Fjelde, H., Hultman, L. and Nilsson, D. (2020), Mapping blue helmets: Introducing the Geocoded "
    "Peacekeeping Operations (Geo-PKO) dataset, Journal of Peace Research 57(2), 360-370",
    redistribute=False,
    shape="deployments",
    columns=COLUMNS,
    keys=KEYS,
    vintage="the release in the file's name, such as 2.1",
    parse=parse,
    country=("country",),
)
