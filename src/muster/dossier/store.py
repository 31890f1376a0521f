"""Writing a dossier: a new folder that appears whole or not at all, and reports kept as received."""

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path, PurePosixPath

from muster.dossier.folder import Dossier, load
from muster.errors import DossierError
from muster.records import Report

EXAMPLES = ("haiti", "simulated")
LONGEST = 80  # bytes of a stored report's name after its id; file systems stop at 255


def create(folder: Path, example: str | None = None) -> Dossier:
    """Make a new dossier: a commented starter, or a copy of a bundled example.

    It is built beside its place and then moved there, so that a failure leaves nothing half made.

    Raises:
        DossierError: the folder is not empty or cannot be written, or there is no such example.
    """
    folder = Path(folder)
    if example is not None and example not in EXAMPLES:
        raise DossierError(f"no example {example!r}", expected=f"one of {', '.join(EXAMPLES)}")
    if folder.exists() and not folder.is_dir():
        raise DossierError("a file of this name exists", where=str(folder), expected="a new or an empty folder")
    with told(folder):
        if folder.exists() and any(folder.iterdir()):
            raise DossierError("the folder is not empty", where=str(folder), expected="a new or an empty folder")
        place = folder.absolute()
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".muster-", dir=place.parent) as beside:
            built = Path(beside) / "dossier"
            build(built, example or "starter")
            move(built, place)
    return load(folder)


def build(folder: Path, example: str) -> None:
    """Write a bundled dossier's files into a new folder; contents only, so that read-only originals give writable copies."""
    for name in ("reports", "data"):
        (folder / name).mkdir(parents=True)
    with as_file(files("muster").joinpath("example", example)) as bundled:
        for source in sorted(path for path in bundled.rglob("*") if path.is_file()):
            shutil.copyfile(source, folder / source.relative_to(bundled))


def move(built: Path, place: Path) -> None:
    """Put a built folder in its place; into an empty folder that exists (it may be the working one) go its children."""
    if not place.exists():
        built.rename(place)
        return
    for child in sorted(built.iterdir(), key=lambda path: path.name == "mission.toml"):
        child.rename(place / child.name)


def store_report(dossier: Dossier, report: Report, data: bytes) -> Path:
    """Keep a report's bytes as ``reports/<id>-<name>``; the same report again is found and not written twice.

    Raises:
        DossierError: a stored report of this id holds other bytes, or the folder cannot be written.
    """
    identity, name = safe_name(report.id), safe_name(report.file)
    with told(dossier.reports):
        dossier.reports.mkdir(exist_ok=True)
        own = dossier.reports / name
        if own.is_file() and own.read_bytes() == data:
            return own
        for stored in sorted(dossier.reports.glob(f"{identity}-*")):
            if stored.read_bytes() != data:
                raise DossierError("changed since it was stored", where=str(stored), do="restore or remove it")
            return stored
        return write_whole(dossier.reports / f"{identity}-{name}", data)


def write_whole(path: Path, data: bytes) -> Path:
    """Write a file that is either there with all its bytes or not there."""
    return write_parts(path, [data])


def write_parts(path: Path, parts: Iterable[bytes]) -> Path:
    """As :func:`write_whole`, from parts that are written as they come."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as stream:
        try:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
            Path(stream.name).chmod(0o644)
            Path(stream.name).replace(path)
        except BaseException:
            Path(stream.name).unlink(missing_ok=True)
            raise
    return path


def safe_name(name: str) -> str:
    """A name that is a plain file on every system: letters, digits, ``.``, ``-``, ``_``; no folder, no leading dot or dash."""
    last = PurePosixPath(unicodedata.normalize("NFKC", name).replace("\\", "/")).name
    clean = re.sub(r"[^\w.-]+", "-", last).lstrip(".-_") or "report"
    stem, dot, suffix = clean.rpartition(".")
    ending = f".{suffix}" if dot and stem and len(suffix.encode()) <= 8 else ""
    kept = clean[: len(clean) - len(ending)].encode()[: LONGEST - len(ending.encode())].decode(errors="ignore")
    return kept + ending


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """An operating system's refusal as a DossierError."""
    try:
        yield
    except OSError as error:
        raise DossierError(f"cannot be written: {error.strerror or error}", where=str(folder)) from None
