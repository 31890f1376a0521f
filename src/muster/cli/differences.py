"""Where two readers differ, as the terminal shows it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console

from muster.cli.tables import PROPOSAL, amount, comma_separated, dates, proposal, table
from muster.records import Commitment, Report

if TYPE_CHECKING:
    from muster.read.llm import Difference

COLUMNS = ("found", "differs", *PROPOSAL)


def differences(found: "Sequence[tuple[Report, tuple[Difference, ...]]]", style: str, console: Console) -> str:
    """What only one reader found, and what both found but told otherwise; records that are alike are only counted.

    JSON lines hold both records; in the table and in CSV a row is the rules' record where both have one, and ``differs`` says
    "field: rules | model".
    """
    told = [(report, one) for report, many in found for one in many if one.found != "both" or one.fields]
    if style == "jsonl":
        return "".join(msgspec.json.encode(_both(report, one)).decode() + "\n" for report, one in told)
    rows = [_row(report, one) for report, one in told]
    if style == "csv":
        return comma_separated(COLUMNS, rows)
    shown = [{**row, "amount": amount(row["amount_low"], row["amount_high"]), "dates": dates(row)} for row in rows]
    columns = ("found", "differs", "actor", "kind", "stage", "amount", "unit", "currency", "basis", "dates", "sentence")
    return table(console, columns, shown, _caption(found))


def _caption(found: "Sequence[tuple[Report, tuple[Difference, ...]]]") -> str:
    all_of = [one for _, many in found for one in many]
    alone = {who: sum(one.found == who for one in all_of) for who in ("only rules", "only model")}
    differ = sum(bool(one.fields) for one in all_of)
    alike = len(all_of) - differ - sum(alone.values())
    words = f"{alike} commitments alike, {differ} that differ, {alone['only rules']} only by rules"
    return f"{words}, {alone['only model']} only by the model, in {len(found)} report(s)"


def _row(report: Report, one: "Difference") -> dict[str, object]:
    ours, theirs = _told(report, one.rules), _told(report, one.model)
    told = "; ".join(f"{name}: {_word(ours[name])} | {_word(theirs[name])}" for name in one.fields) if ours and theirs else ""
    return {"found": one.found, "differs": told, **(ours or theirs or dict.fromkeys(PROPOSAL))}


def _both(report: Report, one: "Difference") -> dict[str, object]:
    records = {"rules": _told(report, one.rules), "model": _told(report, one.model)}
    return {"source": report.file, "found": one.found, "differs": one.fields, **records}


def _told(report: Report, record: Commitment | None) -> dict[str, object] | None:
    return proposal(report, record) if record else None


def _word(value: object) -> str:
    return "none" if value is None else f"{value:,.12g}" if isinstance(value, float) else str(value)
