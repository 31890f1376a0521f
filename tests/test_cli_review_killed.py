"""A review that is killed at any point: what was decided is there, nothing is double, and the next run finishes the work.

The points are lines of our own code, counted while it runs, so that the same seed kills at the same places on any machine.
"""

import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import muster
from muster.dossier import create
from muster.ledger import Ledger, waiting
from muster.records import Citation, Commitment, Decision

NAMES = [f"F{number}" for number in range(6)]
WORDS = {"a": "accepted", "r": "rejected"}
ANSWERS = ["a", "r", "a", "r", "a", "r"]
EXPECTED = {name: WORDS[answer] for name, answer in zip(NAMES, ANSWERS, strict=True)}
SOURCE = str(Path(muster.__path__[0]).parent)

# Runs `muster` in a child each time, with answers as its standard input, and kills it at a line of muster's code.
RUNNER = """
import contextlib, io, json, os, signal, sys
import muster.cli, muster.cli.walk, muster.ledger.reviewsheet, muster.dossier.store

root = os.path.dirname(muster.__file__)
sys.argv = ["muster", "review", "/nowhere/at/all"]
with contextlib.suppress(SystemExit), contextlib.redirect_stderr(io.StringIO()):
    muster.cli.main()  # so that the children find everything imported

def child(arguments, answers, falls_at, out):
    left = [falls_at if falls_at is not None else -1]
    seen = [0]
    def line(frame, event, _):
        if event == "line":
            seen[0] += 1
            if seen[0] == left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
        return line
    def call(frame, event, _):
        return line if frame.f_code.co_filename.startswith(root) else None
    read, write = os.pipe()
    os.write(write, answers.encode())
    os.close(write)
    os.dup2(read, 0)
    os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    sys.stdin = open(0)
    sys.stdout = open(1, "w", buffering=1)
    sys.argv = ["muster", *arguments]
    sys.settrace(call)
    code = 0
    try:
        muster.cli.main()
    except SystemExit as stop:
        code = stop.code or 0
    sys.settrace(None)
    sys.stdout.flush()
    with open(out + ".lines", "w") as file:
        file.write(str(seen[0]))
    os._exit(code)

for request in sys.stdin:
    wanted = json.loads(request)
    pid = os.fork()
    if pid == 0:
        child(**wanted)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Runner:
    """One process that has everything loaded and runs a command in a child for each request."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "out.txt"
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUNNER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": SOURCE},
        )

    def __call__(self, *arguments: str, answers: str = "", falls_at: int | None = None) -> int:
        """Run a command; the exit code, negative for the signal that killed it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        request = {"arguments": arguments, "answers": answers, "falls_at": falls_at, "out": str(self.out)}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def lines(self) -> int:
        """How many lines of our code the last command ran."""
        return int(self.out.with_name("out.txt.lines").read_text())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    runner = Runner(tmp_path_factory.mktemp("runner"))
    yield runner
    runner.process.communicate()


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dossier") / "d"
    made = create(folder)
    records = [
        Commitment(id=name, actor="Kenya", kind="personnel", stage="deployed", citation=Citation(quote=name)) for name in NAMES
    ]
    Ledger(made.ledger_path).append(records)
    return folder


def copy(dossier: Path, place: Path) -> Path:
    return Path(shutil.copytree(dossier, place / "d"))


def decisions(folder: Path) -> dict[str, str]:
    """What was decided; no record more than once."""
    made = [entry.record for entry in Ledger(folder / "ledger.jsonl").entries() if isinstance(entry.record, Decision)]
    found: dict[str, str] = {decision.record: decision.decision for decision in made}
    assert len(found) == len(made)
    return found


def filled(folder: Path) -> str:
    """The exported file with every decision filled in."""
    path = folder / "r.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"decision": EXPECTED[row["record_id"]]} for row in rows)
    return str(path)


def points(run: Runner, seed: int) -> list[int]:
    """Twenty lines at which to kill, in the latter four fifths: before them the command has not read the ledger yet."""
    return random.Random(seed).sample(range(run.lines() // 5, run.lines()), 20)


def test_a_walk_killed_at_twenty_points_loses_and_doubles_nothing(run: Runner, dossier: Path, tmp_path: Path) -> None:
    whole = copy(dossier, tmp_path / "whole")
    assert run("review", str(whole), "--by", "A", answers="\n".join(ANSWERS)) == 0
    assert decisions(whole) == EXPECTED
    reached = set()
    for point in points(run, 20240624):
        folder = copy(dossier, tmp_path / str(point))
        assert run("review", str(folder), "--by", "A", answers="\n".join(ANSWERS), falls_at=point) == -signal.SIGKILL
        told = [line.split(": ")[1] for line in run.out.read_text().splitlines() if line.startswith(tuple(WORDS.values()))]
        found = decisions(folder)
        assert set(told) <= set(found)
        assert found == {name: EXPECTED[name] for name in NAMES[: len(found)]}
        rest = [record.id for record in waiting(Ledger(folder / "ledger.jsonl").entries())]
        assert rest == NAMES[len(found) :]
        assert run("review", str(folder), "--by", "A", answers="\n".join(ANSWERS[len(found) :])) == 0
        assert decisions(folder) == EXPECTED
        assert Ledger(folder / "ledger.jsonl").verify().ok or not rest
        assert Ledger(folder / "ledger.jsonl").repair().ok
        reached.add(len(found))
    assert len(reached) > 3  # the points lie all along the walk


def test_an_import_killed_at_twenty_points_took_the_whole_file_or_nothing(run: Runner, dossier: Path, tmp_path: Path) -> None:
    start = copy(dossier, tmp_path / "start")
    assert run("review", str(start), "--export", str(start / "r.csv")) == 0
    file = filled(start)
    whole = copy(start, tmp_path / "whole")
    assert run("review", str(whole), "--by", "A", "--import", file) == 0
    assert decisions(whole) == EXPECTED
    for point in points(run, 20240625):
        folder = copy(start, tmp_path / str(point))
        assert run("review", str(folder), "--by", "A", "--import", file, falls_at=point) == -signal.SIGKILL
        assert decisions(folder) in ({}, EXPECTED)
        assert run("review", str(folder), "--by", "A", "--import", file) == 0
        assert decisions(folder) == EXPECTED
        assert Ledger(folder / "ledger.jsonl").repair().ok
    before = (whole / "ledger.jsonl").read_bytes()
    assert run("review", str(whole), "--by", "B", "--import", file) == 0
    assert (whole / "ledger.jsonl").read_bytes() == before
