"""Geo-PKO 2.3: UN peacekeepers by place and year, the average of the year's deployment maps.

The average is over the maps that show the place, not over the year: a contingent that moved in summer stands at both places
with its whole strength, so that a mission's places add up to more than the mission. The file repeats a place and year for each
strength that its maps show; the average is the same in each, and the rows after the first are set aside as duplicates.
"""

import pyarrow as pa

from muster.sources import geopko
from muster.sources.cells import Cells, each
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import DEPLOYMENTS
from muster.sources.spellings import iso3
from muster.sources.strengths import MOST, blanked, joined, number_or_untold

COLUMNS = {
    "mission": Column("code", "the mission's acronym"),
    "year": Column("whole", "the year"),
    "country": Column("text", "country of the place"),
    "location": Column("text", "the place as the maps name it"),
    "latitude": Column("number", "degrees north"),
    "longitude": Column("number", "degrees east"),
    "ave.no.troops": Column("number", "average of the troops that the year's maps show there; blank where none says how many"),
}
KEYS = ("mission", "year", "country", "location", "latitude", "longitude")


def parse(table: pa.Table) -> Parsed:
    """Troops by place as named on the maps, for whole years."""
    cells = Cells(blanked(table, ("ave.no.troops",)))
    mission, location, country = cells.text("mission"), cells.text("location"), cells.text("country")
    (first, last), rows = cells.year("year"), len(mission)
    columns = {
        "deployment_id": joined(*(cells.text(name, blank=True) for name in KEYS)),
        "mission": mission,
        "country": each(country, iso3, pa.string()),
        "place": location,
        "site": location,
        **dict(zip(("latitude", "longitude"), cells.position("latitude", "longitude"), strict=True)),
        "contributor": pa.repeat("", rows),
        "kind": pa.repeat("troops", rows),
        "date_from": first,
        "date_to": last,
        "value": number_or_untold(cells, "ave.no.troops", MOST),
        "held": pa.repeat(False, rows),
    }
    return cells.parsed(columns, DEPLOYMENTS, key=("deployment_id", KEYS))


SOURCE = Source(
    name="geo-pko-years",
    title="Geocoded Peacekeeping Operations (Geo-PKO), place by year",
    provider=geopko.SOURCE.provider,
    licence=geopko.SOURCE.licence,
    citation=geopko.SOURCE.citation,
    redistribute=False,
    shape="deployments",
    columns=COLUMNS,
    keys=KEYS,
    vintage="the release in the file's name, such as 2.3",
    parse=parse,
    country=("country",),
)
