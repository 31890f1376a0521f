"""UN uniformed personnel as published monthly by the UN: contributor by mission by kind.

The UN warns that some months are missing. A month without a row of a mission is therefore not covered and its strength missing,
never zero; where a mission's month is there, a contributor without a row in it sent nobody. The end of a month stands for the
month. Where one of the two sexes is blank, somebody is there and nobody says how many.
"""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells, each
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import DEPLOYMENTS
from muster.sources.spellings import iso3
from muster.sources.strengths import MOST, blanked, joined, number_or_untold

SEXES = ("female_personnel", "male_personnel")
COLUMNS = {
    "contributing_country": Column("text", "who sent them"),
    "isocode3": Column("code", "the same as ISO 3166-1 alpha-3; in some files a number"),
    "mission_acronym": Column("code", "the mission's acronym"),
    "personnel_type": Column("text", "troops or contingent, staff officers, formed or individual police, experts on mission"),
    "female_personnel": Column("whole", "women"),
    "male_personnel": Column("whole", "men"),
    "last_reporting_date": Column("day", "the last day of the month, YYYY-MM-DD"),
}
# The published description has the two codes the wrong way round, and so may files that follow it.
OPTIONAL = {"m49_code": Column("code", "number of the contributor; in some files its three letters")}
KINDS = {
    "troops": "troops",
    "contingent": "troops",
    "contingent troop": "troops",
    "contingent troops": "troops",
    "troops/contingent": "troops",
    "staff officer": "staff",
    "staff officers": "staff",
    "formed police unit": "police",
    "formed police units": "police",
    "individual police": "police",
    "experts on mission": "experts",
    "expert on mission": "experts",
}
CODE = "^[A-Z]{3}$"
KEYS = ("mission_acronym", "contributing_country", "personnel_type", "last_reporting_date")


def parse(table: pa.Table) -> Parsed:
    """Strengths of the whole mission by contributor and kind."""
    table = blanked(table, SEXES)
    cells = Cells(table)
    mission, (first, last) = cells.text("mission_acronym"), cells.month("last_reporting_date")
    told = cells.text("personnel_type")
    kind = each(told, lambda word: KINDS.get(word.casefold().replace("_", " ")), pa.string())
    cells.fault("unknown-kind", ("personnel_type",), pc.and_(pc.is_null(kind), pc.not_equal(told, "")))
    name = cells.text("contributing_country")
    women, men = (number_or_untold(cells, sex, MOST) for sex in SEXES)
    columns = {
        "deployment_id": joined(mission, name, told, pc.fill_null(last.cast(pa.string()), "")),
        "mission": mission,
        **dict.fromkeys(("country", "place", "site"), pa.repeat("", len(name))),
        **dict.fromkeys(("latitude", "longitude"), pa.nulls(len(name), pa.float64())),
        "contributor": _contributor(cells, name),
        "kind": kind,
        "date_from": first,
        "date_to": last,
        "value": pc.add(women, men),
        "held": pa.repeat(False, len(name)),
    }
    return cells.parsed(columns, DEPLOYMENTS, key=("deployment_id", KEYS))


def _contributor(cells: Cells, name: pa.StringArray) -> pa.StringArray:
    """Three letters from either column of codes, else the code of the name where that is sure, else the name."""
    named = each(name, iso3, pa.string())
    for column in ("m49_code", "isocode3"):
        code = cells.text(column, blank=True)
        named = pc.if_else(pc.match_substring_regex(code, CODE), code, named)
    return named


SOURCE = Source(
    name="un-personnel",
    title="UN peacekeeping: uniformed personnel by contributor, mission and month",
    provider="United Nations, Department of Peace Operations",
    licence="terms of use of the United Nations; its rows are not passed on",
    citation="United Nations Peace and Security Data Hub, DPO-UCHISTORICAL",
    redistribute=False,
    shape="deployments",
    columns=COLUMNS,
    keys=KEYS,
    vintage="the day of the download",
    parse=parse,
    optional=OPTIONAL,
)
