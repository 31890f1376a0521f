"""The rows of a table that a plan means: one series, one measure and one unit, or a message that says what there is."""

from difflib import get_close_matches

import pyarrow as pa
import pyarrow.compute as pc

from muster.errors import PanelError
from muster.panel.rules import distinct
from muster.records import Outcome

NAMED = 12
LARGEST = 1e15  # a sum of a billion such values still fits the decimals in which values are added


def of_series(outcome: Outcome, table: pa.Table) -> pa.Table:
    """The rows of the outcome's series; all rows where the plan names none and the table has no other.

    Raises:
        PanelError: no row is of this series; the message has the names most like it.
    """
    there = distinct(table["series"])
    if not outcome.series and len(there) == 1:
        return table
    rows = table.filter(pc.equal(table["series"], outcome.series))
    if not rows.num_rows:
        likely = get_close_matches(outcome.series, there, n=5, cutoff=0.3) or there[:5]
        raise PanelError(
            f"no row of series {outcome.series!r}",
            where=f"outcome {outcome.id}",
            expected=f"a series such as {', '.join(likely)}",
        )
    return rows


def of_measure(outcome: Outcome, rows: pa.Table) -> pa.Table:
    """Observations of the outcome's measure; all of them where the plan names none."""
    if not outcome.measure:
        return rows
    kept = rows.filter(pc.equal(rows["measure"], outcome.measure))
    if not kept.num_rows:
        raise PanelError(
            f"measure {outcome.measure!r}",
            where=f"outcome {outcome.id}",
            expected=f"{' or '.join(distinct(rows['measure']))} as in series {distinct(rows['series'])[0]!r}",
        )
    return kept


def check_alike(outcome: Outcome, rows: pa.Table) -> None:
    """One measure and one unit, and numbers that can be added.

    Raises:
        PanelError: rows that must not be mixed, a unit other than the planned one, or a value beyond ``LARGEST``.
    """
    where, series = f"outcome {outcome.id}", distinct(rows["series"])[0]
    for column, do in (
        ("measure", "name one in the plan"),
        ("unit", "keep one of them in the file"),
    ):
        found = distinct(rows[column])
        if len(found) > 1:
            raise PanelError(
                f"{column} differs inside series {series!r}: {', '.join(found[:NAMED])}",
                where=where,
                expected=f"one {column} in a series",
                do=do,
            )
    unit = distinct(rows["unit"])[0]
    if unit not in ("", outcome.unit) and not (outcome.base or outcome.population):
        raise PanelError(f"unit {outcome.unit!r}", where=where, expected=f"{unit!r} as in series {series!r}")
    largest = max(pc.max(pc.abs(rows[name])).as_py() or 0 for name in ("value", "low", "high"))
    if largest > LARGEST:
        raise PanelError(f"a value of {largest:g}", where=where, expected=f"at most {LARGEST:g}")
