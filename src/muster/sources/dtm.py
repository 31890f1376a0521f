"""IOM Displacement Tracking Matrix: persons present in an area on the day of a round, from the API or as HDX passes it on."""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.observing import LEVELS, filled, joined, observed, placed, superseded

COLUMNS = {
    "id": Column("code", "number of the row, used once a level"),
    "operation": Column("text", "the operation that displacement is tracked for"),
    "admin0Name": Column("text", "the country"),
    "admin0Pcode": Column("code", "its ISO 3166-1 alpha-3 code"),
    "numPresentIdpInd": Column("whole", "persons present"),
    "reportingDate": Column("day", "the day that the count stands for"),
    "roundNumber": Column("whole", "number of the round, or blank"),
    "assessmentType": Column("code", "BA baseline, SA site, ETT emergency tracking"),
}
OPTIONAL = {
    "admin1Name": Column("text", "first-level area, or blank"),
    "admin1Pcode": Column("code", "its P-code, or blank"),
    "admin2Name": Column("text", "second-level area, or blank"),
    "admin2Pcode": Column("code", "its P-code, or blank"),
    "adminLevel": Column("code", "0 where the row is of the country, 1 or 2 where of an area; else told from the names"),
    "displacementReason": Column("text", "why they fled, or blank"),
    "idpOriginAdmin1Name": Column("text", "area they came from, Not available where unknown"),
    "idpOriginAdmin1Pcode": Column("code", "its P-code, Not available where unknown"),
}
CODES = ("admin0Pcode", "admin1Pcode", "admin2Pcode")
NAMES = ("admin0Name", "admin1Name", "admin2Name")
UNKNOWN = "Not available"


def parse(table: pa.Table) -> Parsed:
    """A series for each operation and kind of assessment. Rows by reason and origin are sites of it and add up on their day.

    Of several rounds of one series, place and day the latest counts.
    """
    cells = Cells(table)
    level = _level(cells)
    place = placed(cells, level, CODES, NAMES, said="adminLevel")
    series = joined("IDPs", cells.text("operation"), cells.text("assessmentType"))
    day, rounds = cells.day("reportingDate"), cells.number("roundNumber", blank=True, whole=True, least=0)
    stock = joined(day.cast(pa.string()), place["place"], series, by=" | ")
    cells.fault("superseded", ("roundNumber",), superseded(stock, rounds))
    columns = {
        "observation_id": joined(level, cells.text("id"), by="-"),
        "series": series,
        "measure": "stock",
        "date_from": day,
        "date_to": day,
        "value": cells.number("numPresentIdpInd", whole=True, least=0, outside="negative"),
        "unit": "persons",
        "site": _site(cells),
    }
    return observed(cells, {**place, **columns}, key=("adminLevel", "id"))


def _level(cells: Cells) -> pa.StringArray:
    """The level as the row says or, in files without that column, as far as areas are named."""
    second, first = (pc.not_equal(cells.text(name, blank=True), "") for name in ("admin2Name", "admin1Name"))
    named = pc.if_else(second, "2", pc.if_else(first, "1", "0"))
    said = cells.text("adminLevel", blank=True)
    cells.fault("unknown-place", ("adminLevel",), pc.invert(pc.is_in(said, value_set=pa.array(["", *LEVELS]))))
    return pc.if_else(pc.is_in(said, value_set=pa.array(list(LEVELS))), said, named)


def _known(cells: Cells, column: str) -> pa.StringArray:
    """The text of a column, null where it is blank or says that it is not available."""
    text = filled(cells.text(column, blank=True))
    return pc.if_else(pc.equal(text, UNKNOWN), None, text)


def _site(cells: Cells) -> pa.StringArray:
    """Reason and origin, as far as they are known."""
    reason, origin = _known(cells, "displacementReason"), _origin(cells)
    return pc.coalesce(pc.binary_join_element_wise(reason, origin, " / "), reason, origin, "")


def _origin(cells: Cells) -> pa.StringArray:
    """Where they came from, by code or else by name; null where unknown."""
    known = pc.coalesce(*(_known(cells, f"idpOriginAdmin1{end}") for end in ("Pcode", "Name")))
    return pc.binary_join_element_wise("from", known, " ")


SOURCE = Source(
    name="dtm",
    title="IOM Displacement Tracking Matrix",
    provider="International Organization for Migration",
    licence="DTM terms of use: non-commercial, no redistribution",
    citation="International Organization for Migration (IOM), Displacement Tracking Matrix (DTM). Coverage widens with time: "
    "a jump can be coverage",
    redistribute=False,
    shape="observations",
    columns=COLUMNS,
    optional=OPTIONAL,
    keys=("adminLevel", "id"),
    vintage="the day of the download: rounds are added and corrected",
    parse=parse,
)
