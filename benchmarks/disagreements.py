"""How many of the hand-labelled disagreements of the Haiti dossier the rules find, and how many sets nobody labelled.

The labels are the `disagreement` records of the bundled ledger; the rules never look at them. A label is found when a set of
its own (one set answers for one label) holds at least two of its records. The peer is what is usually done: two records of one
actor, kind, stage and currency that give different numbers.

python benchmarks/disagreements.py
"""

import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from muster.ledger import Known, Ledger, known
from muster.ledger.disagree import sets
from muster.ledger.disagree.links import Found, joined, link
from muster.records import Commitment


def haiti() -> Known:
    """Everything that the bundled ledger holds."""
    return known(Ledger(Path(str(files("muster"))) / "example" / "haiti" / "ledger.jsonl").entries())


def matched(found: Sequence[frozenset[str]], labels: dict[str, frozenset[str]]) -> dict[str, int]:
    """For each label that is found the place of the set that answers for it; the assignment that finds most labels."""
    names = list(labels)
    shared = np.array([[len(ids & labels[name]) for ids in found] for name in names]).reshape(len(names), len(found))
    size = np.array([[len(ids | labels[name]) for ids in found] for name in names]).reshape(len(names), len(found))
    rows, columns = linear_sum_assignment(-np.where(shared > 1, 1 + shared / np.maximum(size, 1), 0))
    return {names[row]: int(column) for row, column in zip(rows, columns, strict=True) if shared[row, column] > 1}


def unlabelled(found: Sequence[frozenset[str]], labels: dict[str, frozenset[str]]) -> list[frozenset[str]]:
    """The sets that share two records with no label."""
    return [ids for ids in found if all(len(ids & label) < 2 for label in labels.values())]


def naive(commitments: Sequence[Commitment]) -> list[Found]:
    """The peer: any two different numbers of one actor, kind, stage, unit and currency."""
    cells: dict[tuple[object, ...], list[Commitment]] = {}
    for record in commitments:
        if record.amount_low is not None or record.amount_high is not None:
            key = (record.actor, record.kind, record.stage, record.unit, record.currency)
            cells.setdefault(key, []).append(record)
    several = [cell for cell in cells.values() if len({(record.amount_low, record.amount_high) for record in cell}) > 1]
    return joined(link("unsorted", *(record.id for record in cell)) for cell in several)


def report(name: str, found: Sequence[Found], labels: dict[str, frozenset[str]], kinds: dict[str, str]) -> None:
    """One line."""
    ids = [frozenset(each.ids) for each in found]
    answers = matched(ids, labels)
    covered = sum(1 for label, place in answers.items() if 2 * len(ids[place] & labels[label]) >= len(labels[label]))
    sorted_kinds = [label for label in answers if kinds[label] != "unsorted"]
    right = sum(1 for label in sorted_kinds if found[answers[label]].kind == kinds[label])
    print(
        f"{name:14} {len(answers):2} of {len(labels)} labels found ({covered} with half of their records or more), "
        f"{len(unlabelled(ids, labels))} of {len(ids)} sets unlabelled, kind as labelled {right} of {len(sorted_kinds)}"
    )


def main() -> None:
    """Print ours beside the peer's, what is missed, and the time."""
    ledger = haiti()
    labels = {each.id: frozenset(each.records) for each in ledger.disagreements}
    kinds = {each.id: str(each.kind) for each in ledger.disagreements}
    begun = time.perf_counter()
    found = sets(ledger.accepted, ledger.statements)
    seconds = time.perf_counter() - begun
    report("rules", found, labels, kinds)
    report("peer: naive", naive(ledger.accepted), labels, kinds)
    missed = sorted(set(labels) - set(matched([frozenset(each.ids) for each in found], labels)))
    print(f"missed: {', '.join(missed)}; {1e3 * seconds:.0f} ms for {len(ledger.accepted) + len(ledger.statements)} records")


if __name__ == "__main__":
    main()
