"""How right the reader is on the development reports, and what each of its parts brings.

The reports and their gold standard lie beside the checkout in ../shared/reading and are not part of the project; without them
this says so and ends. Records are scored by ../shared/reading/score.py, which is run as a program. A statement is found when it
shares more than half of the shorter of two spans with one of the gold; dates and clutter lines must be exact. In the ablation
each part is replaced by a stand-in wherever the reader uses it.

python benchmarks/reading_scores.py [GOLD]
"""

import csv
import importlib
import json
import pkgutil
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

import muster.read
from muster.read import READ, Reading, read
from muster.records import Commitment, Report, Statement

SHARED = Path(__file__).resolve().parents[2] / "shared" / "reading"
FEW_VERBS = {"need", "pledge", "approve", "deploy", "pay", "withdraw", "refuse"}
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares of what is right, from 0 to 1; ``seed``: fully right records of the founding report; ``days``: exact dates."""

    amount: float
    tuple: float
    basis: float
    dates: float
    attribution: float
    evidence: float
    seed: int
    days: int
    statements: float
    statement_precision: float
    clutter_precision: float
    clutter_recall: float


def readings(gold: Path) -> dict[str, tuple[str, Reading]]:
    """Each report's text as the reader sees it, and what it reads."""
    found = {}
    for path in sorted((gold / "articles").glob("*.txt")):
        head, _, text = path.read_text(encoding="utf-8").partition("\n---\n")
        published = re.search(r"^published:\s*(\S+)", head, re.MULTILINE)
        report = Report(id="0" * 16, file=path.name, published=published[1] if published else "")
        found[path.stem] = (text, read(text, report))
    return found


def prediction(article: str, record: Commitment) -> str:
    """A record as score.py takes it."""
    row = {field: getattr(record, field) for field in READ}
    return json.dumps({"article": article, "sentence": record.citation.quote} | row, default=str)


def record_scores(found: dict[str, tuple[str, Reading]], gold: Path, *options: str) -> dict[str, Any]:
    """What score.py says of the records."""
    with tempfile.TemporaryDirectory() as folder:
        said, told = Path(folder) / "predictions.jsonl", Path(folder) / "scores.json"
        said.write_text(
            "".join(prediction(name, record) + "\n" for name, (_, reading) in found.items() for record in reading.commitments),
            encoding="utf-8",
        )
        command = [sys.executable, str(SHARED / "score.py"), str(said), "--gold", str(gold / "gold.jsonl")]
        subprocess.run(
            [*command, "--articles", str(gold / "articles"), "--json", str(told), *options],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        scores: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return scores


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSONL file; none where it does not exist."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line] if path.exists() else []


def shared_part(statement: Statement, right: dict[str, Any]) -> float:
    """How much of the shorter span a statement and one of the gold share."""
    start, end = statement.citation.start or 0, statement.citation.end or 0
    common: int = min(end, right["end"]) - max(start, right["start"])
    shorter: int = min(end - start, right["end"] - right["start"])
    return common / max(1, shorter)


def same_speakers(statement: Statement, right: dict[str, Any]) -> bool:
    """Whether each speaker of the one is named by a speaker of the other; the longer name may hold more words."""
    ours, theirs = (
        [set(re.findall(r"\w+", name.lower())) for name in names] for names in (statement.speakers, right["speakers"])
    )
    return len(ours) == len(theirs) and all(any(one <= other or other <= one for other in theirs) for one in ours)


def statement_scores(found: dict[str, tuple[str, Reading]], gold: Path) -> tuple[float, float]:
    """The share of gold statements found with the right speaker, and the share of ours that are one of them."""
    right = rows(gold / "gold_statements.jsonl")
    articles = {row["article"] for row in right}
    free = [(name, said) for name in articles for said in found[name][1].statements]
    predicted, correct = len(free), 0
    for row in right:
        near = [(shared_part(said, row), place) for place, (name, said) in enumerate(free) if name == row["article"]]
        most, place = max(near, default=(0.0, 0))
        if most > 1 / 2:
            correct += same_speakers(free.pop(place)[1], row)
    return correct / max(1, len(right)), correct / max(1, predicted)


def clutter_scores(found: dict[str, tuple[str, Reading]], gold: Path) -> tuple[float, float]:
    """Precision and recall of the clutter lines."""
    right = {(row["article"], line) for row in rows(gold / "gold_boilerplate.jsonl") for line in row["boilerplate_lines"]}
    labelled = {row["article"] for row in rows(gold / "gold_boilerplate.jsonl")}
    ours = {(name, line) for name in labelled for line in found[name][1].clutter}
    return len(ours & right) / max(1, len(ours)), len(ours & right) / max(1, len(right))


def exact_days(gold: Path) -> int:
    """How many expressions of dates.csv resolve to exactly their days, in the past or in the future tense."""
    if not (gold / "dates.csv").exists():
        return 0
    with (gold / "dates.csv").open(encoding="utf-8", newline="") as lines:
        return sum(_is_exact(row) for row in csv.DictReader(lines))


def _is_exact(row: dict[str, str]) -> bool:
    dates = importlib.import_module("muster.read.dates").dates
    published = date.fromisoformat(row["published"])
    tenses: list[Callable[[int], bool]] = [lambda _: False, lambda _: True]
    resolved = [[(str(day.low), str(day.high)) for day in dates(row["expression"], published, tense)] for tense in tenses]
    return [(row["date_from"], row["date_to"])] in resolved


def scores(gold: Path) -> Scores:
    """All scores of the reader as it is now."""
    found = readings(gold)
    records = record_scores(found, gold)
    seed = record_scores(found, gold, "--only", "000")["tuple"]["tp"] if "000" in found else 0
    fields = {name: value or 0.0 for name, value in records["fields"].items()}
    return Scores(
        records["amount"]["F1"],
        records["tuple"]["F1"],
        fields["basis"],
        fields["date overlaps"],
        fields["attribution"],
        records["evidence"]["verbatim"] or 0.0,
        seed,
        exact_days(gold),
        *statement_scores(found, gold),
        *clutter_scores(found, gold),
    )


def stand_ins() -> dict[str, dict[str, Any]]:
    """Each part of the reader: the names it goes by, and what stands in for them when it is off."""
    words = importlib.import_module("muster.read.vocabulary")
    clauses = importlib.import_module("muster.read.clauses")
    few = tuple(row for row in words.stage_verbs() if row.forms[0] in FEW_VERBS)
    unhedged = tuple(msgspec.structs.replace(row, bound="exact") for row in words.hedges())
    earlier = clauses.Earlier

    def forgetful(*parts: Any, **named: Any) -> Any:
        return msgspec.structs.replace(earlier(*parts, **named), actor=None)

    return {
        "actor of an earlier sentence": {"Earlier": forgetful},
        "mission as actor": {"mission_of": lambda *_, **__: None},
        "bounds of hedges": {"hedges": lambda: unhedged},
        "bare numbers that lean on a unit": {"_leaned": lambda _, found, __: iter(found)},
        "basis": {"basis_of": lambda *_: "total"},
        "dates": {"_date_of": lambda *_: None, "undated": lambda *_, **__: (None, None)},
        "days of what names no date": {"undated": lambda *_, **__: (None, None)},
        "attribution": {"_attributed": lambda *_: None},
        "clutter": {"clutter_lines": lambda _: ()},
        "lists and each": {"groups": lambda _, found: [[mention] for mention in found], "EACH": NEVER},
        "stage verbs beyond seven": {"stage_verbs": lambda: few},
    }


def modules() -> list[ModuleType]:
    """The modules of the reader."""
    return [importlib.import_module(f"muster.read.{found.name}") for found in pkgutil.iter_modules(muster.read.__path__)]


@contextmanager
def without(parts: dict[str, Any]) -> Iterator[int]:
    """The reader with stand-ins wherever a name is used; gives how many places there were."""
    places = [(module, name) for module in modules() for name in parts if hasattr(module, name)]
    kept = [getattr(module, name) for module, name in places]
    for module, name in places:
        setattr(module, name, parts[name])
    _forget()
    try:
        yield len(places)
    finally:
        for (module, name), held in zip(places, kept, strict=True):
            setattr(module, name, held)
        _forget()


def _forget() -> None:
    """Empty the caches, which may hold what was made of a part."""
    for module in modules():
        for held in vars(module).values():
            if hasattr(held, "cache_clear"):
                held.cache_clear()


COLUMNS = ["amount", "tuple", "basis", "dates", "attribution", "statements", "clutter_recall"]


def line(name: str, found: Scores) -> str:
    """One line of the ablation."""
    return f"{name:34}" + "".join(f"{getattr(found, column):>15.3f}" for column in COLUMNS)


def main(folder: str = "") -> None:
    """Print the scores and the ablation."""
    gold = Path(folder) if folder else SHARED / "dev"
    if not gold.is_dir() or not (SHARED / "score.py").exists():
        print(
            "reading scores: the development reports are not here (../shared/reading beside the checkout); nothing was scored"
        )
        return
    whole = scores(gold)
    print(f"reading: {len(list((gold / 'articles').glob('*.txt')))} development reports, scored by ../shared/reading/score.py")
    for name in Scores.__slots__:
        value = getattr(whole, name)
        print(f"  {name.replace('_', ' '):22} {value if isinstance(value, int) else format(value, '.3f')}")
    print("\nwithout a part of the reader\n" + " " * 34 + "".join(f"{column.replace('_', ' '):>15}" for column in COLUMNS))
    print(line("nothing left out", whole))
    for name, parts in stand_ins().items():
        with without(parts):
            print(line(name, scores(gold)))


if __name__ == "__main__":
    main(*sys.argv[1:2])
