"""The ledger of the simulated dossier: what its four reports say, each record with its verbatim words."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from muster.ledger import Ledger
from muster.read.load import Loaded, load_report
from muster.records import Citation, Commitment, LedgerRecord, Statement

MISSION = "qsf-quellovar"
PEOPLE: dict[str, Any] = {"kind": "personnel", "unit": "personnel", "scope": "QSF"}
FUND: dict[str, Any] = {"kind": "funds", "currency": "XTS", "scope": "QSF trust fund"}
FORCE: dict[str, Any] = {**PEOPLE, "actor": "QSF", "stage": "deployed", "basis": "total"}
Told = dict[str, Any]

# By report, in order: the words of the report, and what they say. ``amount`` stands for both ends.
MANDATE: dict[str, Told] = {
    "approved a force of 1,200 personnel": {
        **PEOPLE,
        "actor": "Council of Invented States",
        "stage": "approved",
        "amount": 1200,
        "original": {"basis": "ceiling"},
    },
    "The force plans for 1,000 personnel": {
        **PEOPLE,
        "actor": "QSF",
        "stage": "required",
        "amount": 1000,
        "flags": ("planned",),
    },
    "pledged 600 police officers": {**PEOPLE, "actor": "Brundavia", "stage": "pledged", "amount": 600},
    "pledged 300 soldiers": {**PEOPLE, "actor": "Mirzelland", "stage": "pledged", "amount": 300},
    "at least 2,000 personnel would be needed": {
        **PEOPLE,
        "actor": "QSF",
        "stage": "required",
        "amount_low": 2000,
        "attributed_to": "a simulated expert",
    },
    "pledged XTS 40 million to the QSF trust fund": {**FUND, "actor": "Mirzelland", "stage": "pledged", "amount": 40e6},
    "Hosquenne said that it would send no one": {**PEOPLE, "actor": "Hosquenne", "stage": "declined"},
}
ARRIVAL: dict[str, Told] = {
    "deployed 400 police officers to Quellovar on 1 July 2015": {
        **PEOPLE,
        "actor": "Brundavia",
        "stage": "deployed",
        "amount": 400,
        "date_to": date(2015, 7, 1),
        "attributed_to": "Brundavia's simulated interior ministry",
    },
    "counted 350 personnel of the force on the island on 2 July 2015": {**FORCE, "amount": 350, "date_to": date(2015, 7, 2)},
    "The QSF trust fund had received XTS 18 million by 30 June 2015": {
        **FUND,
        "actor": "QSF trust fund",
        "stage": "disbursed",
        "amount": 18e6,
        "date_to": date(2015, 6, 30),
    },
}
LATER: dict[str, Told] = {
    "had 820 personnel on Quellovar on 1 September 2016": {
        **FORCE,
        "amount": 820,
        "date_to": date(2016, 9, 1),
        "attributed_to": "headquarters of the QSF",
    },
    "counted 700 on the same day": {
        **FORCE,
        "amount": 700,
        "date_to": date(2016, 9, 1),
        "attributed_to": "a simulated monitor",
    },
    "it had paid XTS 25 million into the QSF trust fund by August 2016": {
        **FUND,
        "actor": "Mirzelland",
        "stage": "disbursed",
        "amount": 25e6,
        "date_to": date(2016, 8, 31),
        "attributed_to": "Mirzelland",
    },
    "put the payments of Mirzelland at XTS 21 million": {
        **FUND,
        "actor": "Mirzelland",
        "stage": "disbursed",
        "amount": 21e6,
        "date_to": date(2016, 8, 31),
        "attributed_to": "simulated treasurer of the fund",
    },
    "Four people were killed by officers of the force in June 2016": {
        "speakers": ("a simulated monitor",),
        "verb": "said",
        "content": "that officers of the force had killed four people",
        "date_from": date(2016, 6, 1),
        "date_to": date(2016, 6, 30),
    },
}
WAITING: dict[str, Told] = {
    "will send 150 more police officers to Quellovar in June 2018": {
        **PEOPLE,
        "actor": "Brundavia",
        "stage": "pledged",
        "amount": 150,
        "basis": "increment",
        "date_from": date(2018, 6, 1),
        "date_to": date(2018, 6, 30),
    },
    "had deployed 560 police officers by April 2018": {
        **PEOPLE,
        "actor": "Brundavia",
        "stage": "deployed",
        "amount": 560,
        "date_to": date(2018, 4, 30),
    },
    "pledged an additional XTS 6 million to the QSF trust fund": {
        **FUND,
        "actor": "Mirzelland",
        "stage": "pledged",
        "amount": 6e6,
        "basis": "increment",
    },
}
REPORTS = {
    "2015-03-02-mandate.txt": MANDATE,
    "2015-07-03-first-arrival.txt": ARRIVAL,
    "2016-09-12-one-year-on.txt": LATER,
    "2018-05-07-awaiting-review.txt": WAITING,
}


def write_ledger(out: Path) -> None:
    """Write ``ledger.jsonl`` and its head: three reports reviewed, the last one waiting for a reader to do it."""
    for name in ("ledger.jsonl", "ledger.head"):
        (out / name).unlink(missing_ok=True)
    ledger, number = Ledger(out / "ledger.jsonl"), 0
    for name, told in REPORTS.items():
        loaded = load_report(out / "reports" / name, published=name[:10], title=title_of(out / "reports" / name))
        records = [loaded.report, *records_of(loaded, told, number)]
        ledger.append(records, status="proposed" if told is WAITING else "accepted")
        number += len(told)
    (out / "ledger.lock").unlink(missing_ok=True)


def title_of(path: Path) -> str:
    """The heading of a report, marked as its first line is."""
    return f"SIMULATED: {path.read_text(encoding='utf-8').splitlines()[2]}"


def records_of(loaded: Loaded, told: dict[str, Told], before: int) -> Iterator[LedgerRecord]:
    """A record for each stretch of words; the build stops where the report does not have them."""
    for number, (quote, words) in enumerate(told.items(), start=before + 1):
        start = loaded.text.index(quote)
        citation = Citation(
            title=loaded.report.title,
            published=loaded.report.published,
            source_class="simulated",
            report=loaded.report.id,
            start=start,
            end=start + len(quote),
            quote=quote,
        )
        shared: Told = {"id": f"S{number:02d}", "mission": MISSION, "citation": citation}
        yield Statement(**shared, **words) if "speakers" in words else commitment(words, shared)


def commitment(words: Told, shared: Told) -> Commitment:
    """A record of an amount; its day is that of publication where the words give none."""
    filled = {**shared, **words}
    if "amount" in filled:
        filled["amount_low"] = filled["amount_high"] = float(filled.pop("amount"))
    if "amount_low" in filled:
        filled.setdefault("basis", "total")
    if "date_to" not in filled:
        filled["date_from"] = filled["date_to"] = date.fromisoformat(shared["citation"].published)
    return Commitment(**filled)
