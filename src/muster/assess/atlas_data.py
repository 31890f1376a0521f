"""What the atlas is made of: a folder's deaths by country and year, and which mission was in which country in which year.

That somebody was there is read from the rows themselves and not from a dose: the atlas asks in which years, not how many.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muster.errors import DataError
from muster.panel import Arrays, Panel, arrays, build
from muster.records import DataFile, Outcome
from muster.sources import SOURCES, Parsed, load, source_of

DEATHS = "ucdp-country-year"
# Missions are those of the first of these that the folder has; the others add years in which they or others were there.
DEPLOYMENTS = ("geo-pko-years", "geo-pko", "ipi-personnel")
SERIES = "organised violence deaths"
ENDINGS = (".csv", ".csv.gz", ".xlsx")

Place = tuple[str, str]  # a mission and a country
Years = Mapping[Place, frozenset[int]]


@dataclass(frozen=True, slots=True)
class World:
    """The data of the atlas.

    Attributes:
        deaths: (T, N) deaths by year and country; NaN where a state did not exist.
        names: what the countries' codes mean.
        missions: their names, sorted.
        years: in which a mission was in a country; ``shown`` in which any source names it there, if only an office.
        troops: the missions and countries that had troops in some year.
        strength: of a mission in a country, summed over the rows of the first source: it ranks its countries, no more.
        files: what all was read from.
    """

    deaths: Arrays
    names: Mapping[str, str]
    missions: tuple[str, ...]
    years: Years
    shown: Years
    troops: frozenset[Place]
    strength: Mapping[Place, float]
    files: tuple[DataFile, ...]

    def countries(self, mission: str) -> set[str]:
        """Where a mission was."""
        return {country for name, country in self.years if name == mission}

    def main(self, mission: str) -> tuple[str, int, bool]:
        """Where most of a mission was, the first year in which it is named there, and whether it ever had troops there.

        Not the first year with troops: observers and staff come before them, up to a year, and that year is not one without.
        """
        here = {country: self.strength.get((mission, country), 0.0) for country in sorted(self.countries(mission))}
        country = max(here, key=lambda name: (here[name], len(self.years[mission, name])))
        return country, min(self.shown[mission, country]), (mission, country) in self.troops

    def present(self, country: str, years: Iterable[int]) -> set[str]:
        """The missions that were in a country in any of some years."""
        wanted = set(years)
        return {name for (name, place), there in self.years.items() if place == country and there & wanted}


def read_world(folder: Path) -> World:
    """Read the folder's files, each told by its header; files of other sources are passed over.

    Raises:
        DataError: no folder, no deaths or no deployments in it, or two files of one source.
    """
    files = _files(folder)
    parsed = {name: load(file) for name, file in files.items()}
    deaths = _deaths(parsed[DEATHS], files[DEATHS])
    rows = parsed[DEATHS].table.select(["place", "place_name"]).group_by(["place", "place_name"]).aggregate([])
    names = dict(zip(rows["place"].to_pylist(), rows["place_name"].to_pylist(), strict=True))
    used = [name for name in DEPLOYMENTS if name in parsed]
    missions = tuple(sorted(set(parsed[used[0]].table["mission"].to_pylist())))
    presence = _presence([parsed[name] for name in used])
    return World(arrays(deaths), names, missions, *presence, _strength(parsed[used[0]]), tuple(files.values()))


def _files(folder: Path) -> dict[str, DataFile]:
    if not folder.is_dir():
        raise DataError("no such folder", where=str(folder), expected="a folder with the data of the atlas")
    found: dict[str, DataFile] = {}
    for path in sorted(one for one in folder.rglob("*") if one.name.lower().endswith(ENDINGS)):
        try:
            name = source_of(path).name
        except DataError:
            continue  # a file of something else
        if name not in (DEATHS, *DEPLOYMENTS):
            continue
        if name in found:
            do = "keep one: two releases must not be mixed"
            raise DataError(f"two files of source {name}", where=f"{found[name].path} and {path}", expected="one", do=do)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        source = SOURCES[name]
        found[name] = DataFile(
            name=path.stem,
            path=str(path),
            source=name,
            title=source.title,
            provider=source.provider,
            licence=source.licence,
            vintage="",
            sha256=digest,
        )
    for wanted in ((DEATHS,), DEPLOYMENTS):
        if not any(name in found for name in wanted):
            raise DataError(
                f"no file of {' or '.join(wanted)}",
                where=str(folder),
                expected=f"one of {DEATHS} and one at least of {', '.join(DEPLOYMENTS)}",
                do="`muster sources` says where they come from",
            )
    return dict(sorted(found.items()))


def _deaths(parsed: Parsed, file: DataFile) -> Panel:
    plan = Outcome(
        id="deaths", name="", domain="security", unit="deaths", better="lower", period="year", treated=(), series=SERIES
    )
    return build(plan, parsed, file)


def _presence(deployments: Iterable[Parsed]) -> tuple[Years, Years, frozenset[Place]]:
    """``years``, ``shown`` and ``troops`` of a :class:`World`.

    A number that is not told is somebody. A place with a strength of none is an office, which makes no mission, unless that
    mission has nothing else anywhere.
    """
    years: defaultdict[Place, set[int]] = defaultdict(set)
    shown: defaultdict[Place, set[int]] = defaultdict(set)
    troops: set[Place] = set()
    for one in deployments:
        for row in _rows(one):
            place, there = (row["mission"], row["country"]), range(row["date_from"].year, row["date_to"].year + 1)
            shown[place].update(there)
            if row["value"] != 0:
                years[place].update(there)
            if row["kind"] == "troops" and row["value"]:
                troops.add(place)
    known = {mission for mission, _ in years}
    bare = {place: there for place, there in shown.items() if place[0] not in known}
    return _frozen(years | bare), _frozen(shown), frozenset(troops)


def _strength(deployments: Parsed) -> dict[Place, float]:
    strength: defaultdict[Place, float] = defaultdict(float)
    for row in _rows(deployments):
        strength[row["mission"], row["country"]] += row["value"] or 0.0
    return dict(strength)


def _rows(deployments: Parsed) -> list[dict[str, Any]]:
    """The rows; where heads are counted by kind, only the totals and the troops that are told."""
    rows = deployments.table.select(["mission", "country", "kind", "date_from", "date_to", "value"]).to_pylist()
    counted = any(row["kind"] == "all" for row in rows)
    return [row for row in rows if not counted or row["kind"] == "all" or (row["kind"] == "troops" and row["value"])]


def _frozen(years: Mapping[Place, set[int]]) -> Years:
    return {place: frozenset(there) for place, there in years.items()}
