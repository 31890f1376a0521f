"""Build the bundled Haiti dossier's ledger and data from the fact tables.

    python scripts/build_haiti.py SHARED_DIR OUT_DIR

SHARED_DIR holds ``facts/mss_facts.csv`` and ``facts/haiti_outcomes.csv``; OUT_DIR is ``src/muster/example/haiti``. The plan and
the sample reports there are written by hand. How words are mapped stands in ``haiti_words.toml`` beside this file.
"""

import csv
import re
import sys
import tomllib
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from muster.ledger import Ledger
from muster.records import Citation, Commitment, Disagreement, LedgerRecord, Precedent, Statement

MISSION = "mss-haiti"
SHOUTED = re.compile(r"^[A-Z ]*(?:CORRECTED|IMPROVED|CONTRADICTED)\b")  # how the table marks notes that changed a reading
Fact = Mapping[str, str]
Words = dict[str, Any]

SIDECAR = """\
# What outcomes.csv is and where it is from. Every row cites its own source.
source = "figures"
title = "Published figures on outcomes in Haiti, 2019 to {last}"
provider = "collected by the authors of Muster; each row names the body that counted"
licence = "facts with addresses: each figure is a fact, cited to the page it was read on; notes are in our own words"
vintage = "{vintage}"
redistribute = true
"""


def main(shared: Path, out: Path) -> None:
    """Write ``ledger.jsonl``, ``ledger.head``, ``data/outcomes.csv`` and its sidecar."""
    words = tomllib.loads(Path(__file__).with_name("haiti_words.toml").read_text(encoding="utf-8"))
    facts = rows(shared / "facts" / "mss_facts.csv")
    for name in ("ledger.jsonl", "ledger.head"):
        (out / name).unlink(missing_ok=True)
    Ledger(out / "ledger.jsonl").append(records(facts, words), status="accepted")
    (out / "ledger.lock").unlink(missing_ok=True)
    write_figures(rows(shared / "facts" / "haiti_outcomes.csv"), words, out / "data")


def rows(path: Path) -> list[dict[str, str]]:
    """A table's rows as text."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def records(facts: Iterable[Fact], words: Words) -> Iterator[LedgerRecord]:
    """Everything the ledger holds: precedents, one record a fact, the labelled disagreements."""
    facts = list(facts)
    yield from (precedent(entry) for entry in words["precedents"])
    yield from (record(fact, words) for fact in facts)
    yield from disagreements(facts, words)


def record(fact: Fact, words: Words) -> Commitment | Statement:
    """One fact."""
    stages = words["stages"].get(fact["kind"])
    is_amount = stages is not None and fact["stage"] not in stages.get("statement", ())
    return commitment(fact, words) if is_amount else statement(fact, words)


def commitment(fact: Fact, words: Words) -> Commitment:
    """A fact about an amount that an actor needs, gives or sends."""
    own = words["facts"].get(fact["fact_id"], {})
    actor = own.get("actor", words["actors"].get(fact["actor"], ";".join(fact["actor"].split("; "))))
    stage = stage_of(fact, actor, words)
    low, high = amounts(fact, words)
    basis = own.get("basis", key_of(words["basis"], fact["basis"])) if (low, high) != (None, None) else None
    start, end = span(fact["event_date"])
    is_stock = stage in ("deployed", "disbursed") and basis in ("total", "part")
    return Commitment(
        id=fact["fact_id"],
        mission=MISSION,
        actor=actor,
        kind=fact["kind"],  # type: ignore[arg-type]
        stage=stage,  # type: ignore[arg-type]
        amount_low=low,
        amount_high=high,
        unit=own.get("unit", unit_of(fact, words)),
        currency=words["currencies"].get(fact["unit"]),
        basis=basis,
        scope=own.get("scope", scope_of(fact, words)),
        date_from=None if is_stock else start,  # a present strength holds up to its day; since when is not said
        date_to=end,
        attributed_to=fact["attributed_to"] or None,
        flags=flags(fact, words),
        citation=citation(fact, words),
        original=original(fact, words, ("stage", "basis", "unit", "scope"), {"actor": actor}),
    )


def statement(fact: Fact, words: Words) -> Statement:
    """A fact about what somebody said, decided or suffered."""
    said = words["statements"][fact["fact_id"]]
    start, end = span(fact["event_date"])
    return Statement(
        id=fact["fact_id"],
        mission=MISSION,
        speakers=tuple(said["speakers"]),
        verb=said["verb"],
        content=said["content"],
        date_from=start,
        date_to=end,
        citation=citation(fact, words),
        original=original(fact, words, ("kind", "stage", "amount", "basis", "unit", "scope", "attributed_to"), {"actor": ""}),
    )


def key_of(table: Mapping[str, list[str]], word: str) -> str:
    """The name under which a word is listed; the build stops where it stands nowhere or twice."""
    found = [name for name, listed in table.items() if word in listed]
    if len(found) != 1:
        raise SystemExit(f"haiti_words.toml lists {word!r} {len(found)} times, expected once, under {', '.join(table)}")
    return found[0]


def stage_of(fact: Fact, actor: str, words: Words) -> str:
    """The stage; a force that plans its own size says what it requires, anybody else that plans makes a promise."""
    stage = key_of(words["stages"][fact["kind"]], fact["stage"])
    if stage != "planned":
        return stage
    return "required" if actor in words["whole_force"]["actors"] else "pledged"


def amounts(fact: Fact, words: Words) -> tuple[float | None, float | None]:
    """Lower and upper bound; None is unbounded, both None is no amount."""
    if not fact["amount"]:
        return number(fact["amount_low"]), number(fact["amount_high"])
    low = high = float(fact["amount"])
    return (
        None if fact["basis"] in words["bounds"]["high_only"] else low,
        None if fact["basis"] in words["bounds"]["low_only"] else high,
    )


def number(text: str) -> float | None:
    """A cell's number; None for an empty cell."""
    return float(text) if text else None


def unit_of(fact: Fact, words: Words) -> str | None:
    """What is counted; None for money."""
    is_money = fact["unit"] in words["currencies"] or not fact["unit"]
    return None if is_money else str(words["units"][fact["unit"]])


def scope_of(fact: Fact, words: Words) -> str:
    """What the amount is for, with the period of a rate."""
    scope = key_of(words["scopes"], fact["scope"])
    period = words["periods"].get(fact["unit"])
    return f"{scope}, {period}" if period else scope


def span(text: str) -> tuple[date, date]:
    """First and last day of a day or a month."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts), date(*parts)
    year, month = parts
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def flags(fact: Fact, words: Words) -> tuple[str, ...]:
    """Sorted: from the stage word, the basis word, and what is said of this fact alone."""
    listed = [flag for flag, each in words["flags"].items() if fact["stage"] in each or fact["basis"] in each]
    return tuple(sorted({*listed, *words["facts"].get(fact["fact_id"], {}).get("flags", ())}))


def citation(fact: Fact, words: Words) -> Citation:
    """Where the fact was read; facts are in our own words, so there is no quote."""
    return Citation(
        address=fact["source_url"],
        title=words["titles"].get(fact["fact_id"], fact["source_title"]),
        published=fact["source_published"],
        source_class=fact["source_class"],
    )


def original(fact: Fact, words: Words, columns: Iterable[str], said: Mapping[str, str]) -> dict[str, str]:
    """The table's own words, and why a fact is mapped by itself; ``said`` names columns kept only where they were changed."""
    kept = {column: fact[column] for column in columns}
    kept |= {column: fact[column] for column, now in said.items() if fact[column].replace("; ", ";") != now}
    kept["note"] = SHOUTED.sub(lambda shout: shout[0].capitalize(), words["notes"].get(fact["fact_id"], fact["note"]))
    why = words["facts"].get(fact["fact_id"], {}).get("why", "")
    kept["quality_note"] = "; ".join(part for part in (fact["quality_note"], f"mapped by itself: {why}" if why else "") if part)
    return {column: text for column, text in kept.items() if text}


def precedent(entry: Mapping[str, Any]) -> Precedent:
    """An earlier intervention."""
    cited = Citation(
        address=entry["address"], title=entry["source"], published=entry["published"], source_class=entry["source_class"]
    )
    about = {name: entry[name] for name in ("id", "title", "content", "date_from", "date_to") if name in entry}
    return Precedent(citation=cited, **about)


def disagreements(facts: Iterable[Fact], words: Words) -> Iterator[Disagreement]:
    """One for each label, in the order of the table."""
    groups: dict[str, list[str]] = {}
    for fact in facts:
        if fact["conflict_group"]:
            groups.setdefault(fact["conflict_group"], []).append(fact["fact_id"])
    for label, ids in groups.items():
        yield Disagreement(id=label, kind=words["disagreements"][label], records=tuple(ids), by="label")


def write_figures(figures: list[dict[str, str]], words: Words, folder: Path) -> None:
    """The figures as they are, but for the notes that named persons, and the sidecar."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "outcomes.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(figures[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "note": words["notes"].get(row["claim_id"], row["note"])} for row in figures)
    vintage = max(row["source_published"] for row in figures)
    (folder / "outcomes.toml").write_text(SIDECAR.format(last=vintage[:4], vintage=vintage), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
