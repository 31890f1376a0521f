"""All missions of the atlas, several at a time; what is done is kept, so that a killed run goes on where it stopped."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from muster.assess.atlas import Case, Design, Entry, entry
from muster.dossier.store import safe_name, told, write_whole
from muster.records import DataFile, Record

KEPT = "missions"  # the folder of what is done, in that of the results


class Kept(Record, frozen=True, kw_only=True):
    """A mission's entry and the key of what it was made from."""

    key: str
    entry: Entry


def entries(
    all_cases: tuple[Case, ...], design: Design, files: tuple[DataFile, ...], folder: Path, *, workers: int = 1
) -> Iterator[Entry]:
    """One entry for each case, as they are done and in no order.

    Args:
        files: what the cases were read from: their hashes are part of the key under which an entry is kept.
        folder: of the results; entries are kept in it, each in a file that appears whole or not at all.
        workers: processes; inside ``joblib.parallel_config`` those of a cluster that sees the same folder.

    Raises:
        DossierError: the folder cannot be written.
    """
    from joblib import Parallel, delayed  # slow to import, and only this command needs it here

    with told(folder):
        (folder / KEPT).mkdir(parents=True, exist_ok=True)
    left = []
    for case in all_cases:
        key, path = key_of(case, design, files), folder / KEPT / f"{safe_name(case.mission)}.json"
        found = _kept(path, key)
        if found:
            yield found
        else:
            left.append(delayed(_done)(case, design, key, path.absolute()))
    if left:
        yield from Parallel(n_jobs=workers, return_as="generator_unordered")(left)


def key_of(case: Case, design: Design, files: tuple[DataFile, ...]) -> str:
    """SHA-256 (hex) of all that an entry depends on: the code, the design, the files and the mission's windows."""
    said = case.mission, case.country, case.name, case.start, case.troops, case.elsewhere, case.earlier, case.donors
    parts = [_code(), design, [file.sha256 for file in files], said]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


@cache
def _code() -> str:
    """SHA-256 (hex) of the code that makes an entry, so that none outlives a change of it."""
    package = Path(__file__).parents[1]
    sources = [path for stage in ("panel", "estimate", "assess") for path in sorted((package / stage).rglob("*.py"))]
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in sources)).hexdigest()


def _kept(path: Path, key: str) -> Entry | None:
    """An entry that was made before from the same; none where there is no such file, or it is of something else."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return kept.entry if kept.key == key else None


def _done(case: Case, design: Design, key: str, path: Path) -> Entry:
    made = entry(case, design)
    write_whole(path, msgspec.json.encode(Kept(key=key, entry=made)))
    return made
