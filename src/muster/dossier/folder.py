"""Reading a dossier: ``mission.toml``, the data files with their sidecars, and where everything else lies."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec

from muster.dossier.plan import Toml, read_toml
from muster.errors import DossierError
from muster.records import Blocks, DataFile, Mission, Record

DATA_KINDS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".zip", ".xlsx", ".parquet", ".geojson")  # as names of files end
STEM = re.compile(r"[A-Za-z0-9][\w.-]*")


class Dossier(Record, frozen=True, kw_only=True):
    """A folder, its plan and its data files; ``plan_hash`` is the SHA-256 (hex) of the plan as canonical JSON."""

    path: str
    mission: Mission
    plan_hash: str
    data: tuple[DataFile, ...]

    @property
    def folder(self) -> Path:
        """The dossier's folder."""
        return Path(self.path)

    @property
    def ledger_path(self) -> Path:
        """The ledger; it need not exist yet."""
        return self.folder / "ledger.jsonl"

    @property
    def reports(self) -> Path:
        """Where reports are kept as received."""
        return self.folder / "reports"

    @property
    def output(self) -> Path:
        """Where the brief is written."""
        return self.folder / "brief"


class Sidecar(Record, frozen=True, kw_only=True):
    """What ``data/NAME.toml`` says of the data file beside it; the words are those of :class:`muster.records.DataFile`."""

    title: str
    provider: str
    licence: str
    vintage: str
    source: str = ""
    address: str = ""
    redistribute: bool = False
    covered: tuple[date, date] | None = None
    blocks: Blocks = "set aside"
    places: dict[str, str] = msgspec.field(default_factory=dict)
    country: Annotated[str, msgspec.Meta(pattern="^([A-Z]{3})?$")] = ""
    columns: dict[str, str] = msgspec.field(default_factory=dict)


def load(folder: Path) -> Dossier:
    """Read and check a dossier.

    Raises:
        DossierError: the folder, its mission.toml or a data sidecar is at fault.
    """
    folder = Path(folder)
    check_folder(folder)
    plan = read_toml(folder / "mission.toml")
    mission = plan.convert(Mission)
    data = tuple(data_files(folder))
    check_plan(plan, mission, tuple(file.name for file in data))
    return Dossier(path=str(folder), mission=mission, plan_hash=hash_of(mission), data=data)


def hash_of(mission: Mission) -> str:
    """SHA-256 of the plan as JSON with sorted keys: comments and the order of fields do not change it, values do.

    What is empty is left out, so that a field that a later version of Muster knows changes no plan that does not use it.
    """
    plan = msgspec.to_builtins(mission)
    plan["simulated"] = plan["simulated"] or None
    return hashlib.sha256(msgspec.json.encode(_filled(plan), order="sorted")).hexdigest()


def _filled(value: Any) -> Any:
    """A plan without its empty fields; what stands in a list keeps its place."""
    if isinstance(value, dict):
        kept = {name: _filled(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in ("", [], {}, None)}
    return [_filled(inner) for inner in value] if isinstance(value, list | tuple) else value


def check_folder(folder: Path) -> None:
    """Refuse what is not a dossier, and anything in it that leads out of it."""
    start = "`muster new DIR` makes a dossier"
    if not folder.is_dir():
        raise DossierError("not a folder" if folder.exists() else "no such folder", where=str(folder), do=start)
    try:
        children = sorted(folder.iterdir())
        inner = [*children, *(sorted((folder / "data").iterdir()) if (folder / "data").is_dir() else [])]
    except OSError as error:
        raise DossierError(f"cannot be read: {error.strerror}", where=str(folder)) from None
    if not children:
        raise DossierError("the folder is empty", where=str(folder), expected="a mission.toml in it", do=start)
    if not (folder / "mission.toml").exists():
        raise DossierError("no mission.toml in the folder", where=str(folder), do=start)
    for path in inner:
        if not stays_in(path, folder):
            raise DossierError("a link that leads out of the dossier", where=str(path), do="copy its target into the dossier")


def stays_in(path: Path, folder: Path) -> bool:
    """Whether a path, its links followed, lies in a folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links that lead to themselves
        return False


def data_files(folder: Path) -> Iterator[DataFile]:
    """The files under ``data/``, by name, each with what its sidecar says."""
    paths = sorted((folder / "data").iterdir()) if (folder / "data").is_dir() else []
    tables = [path for path in paths if data_name(path)]
    stems = [data_name(path) for path in tables]
    for sidecar in paths:
        if sidecar.suffix == ".toml" and sidecar.stem not in stems:
            raise DossierError(
                f"no data file beside {sidecar.name}",
                where=str(sidecar.parent),
                expected=f"{sidecar.stem} with one of {', '.join(DATA_KINDS)} behind it",
            )
    for path in tables:
        if stems.count(data_name(path)) > 1:
            found = f"two data files called {data_name(path)!r}"
            raise DossierError(found, where=str(path.parent), expected="one file of a name, of whatever kind")
        yield data_file(path)


def data_name(path: Path) -> str:
    """The name by which a plan calls a data file: without what tells its kind; empty where it is of no kind we read."""
    kind = max((kind for kind in DATA_KINDS if path.name.lower().endswith(kind)), key=len, default="")
    return path.name[: -len(kind)] if kind else ""


def data_file(path: Path) -> DataFile:
    """One data file with its sidecar's words and its hash."""
    name = data_name(path)
    sidecar = path.with_name(f"{name}.toml")
    if not sidecar.exists():
        expected, do = (
            "fields title, provider, licence, vintage",
            f"`muster sources {path.name} --sidecar` writes one to fill in",
        )
        raise DossierError(f"no sidecar beside {path.name}", where=str(sidecar), expected=expected, do=do)
    said = read_toml(sidecar).convert(Sidecar)
    try:
        digest = _digest(path)
    except OSError as error:
        raise DossierError(f"cannot be read: {error.strerror}", where=str(path)) from None
    return DataFile(name=name, path=str(path), sha256=digest, **msgspec.structs.asdict(said))


def _digest(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes or, for a folder of files, of the names and hashes of all that it holds."""
    if not path.is_dir():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    inner = sorted(part for part in path.rglob("*") if not part.is_dir())
    for part in inner:
        if not stays_in(part, path):
            raise DossierError("a link that leads out of the data file", where=str(part), do="copy its target into the folder")
    lines = [f"{part.relative_to(path).as_posix()} {_digest(part)}\n" for part in inner]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def check_plan(plan: Toml, mission: Mission, names: tuple[str, ...]) -> None:
    """What a type cannot say: ids are unique, a file exists or the plan says why it does not."""
    if not mission.starts:
        raise plan.error(("starts",), "no [[starts]]", "at least one candidate date for the mission's start")
    seen: set[str] = set()
    for row, outcome in enumerate(mission.outcomes):
        here = ("outcomes", row)
        if outcome.id in seen:
            raise plan.error((*here, "id"), f"{outcome.id!r} is the id of two outcomes", "an id of its own")
        seen.add(outcome.id)
        _check_file(plan, here, outcome.file, names)
        _check_file(plan, here, outcome.population, names, "population")
        if outcome.geography and not outcome.geography.startswith("h3:") and outcome.geography not in names:
            raise plan.error(
                (*here, "geography"),
                f"no polygons {outcome.geography!r} in data/",
                f"H3 cells (h3:5) or data/{outcome.geography}.geojson with its sidecar",
            )
        if outcome.truth and not mission.simulated:
            raise plan.error(
                (*here, "truth"), "a planted truth in a plan that is not simulated", "simulated = true, or no truth"
            )
        if not outcome.file and not outcome.missing:
            raise plan.error((*here, "missing"), "neither 'file' nor 'missing'", "a data file, or why there is no data yet")
    for row, dose in enumerate(mission.doses):
        if dose.id in seen:
            raise plan.error(("doses", row, "id"), f"{dose.id!r} is the id of another one", "an id of its own")
        seen.add(dose.id)
        _check_file(plan, ("doses", row), dose.file, names)
        if dose.period == "as published":
            raise plan.error(("doses", row, "period"), repr(dose.period), "week, month, quarter or year")


def _check_file(plan: Toml, here: tuple[str | int, ...], name: str, names: tuple[str, ...], field: str = "file") -> None:
    """A file that the plan names lies in ``data/``."""
    if name and not STEM.fullmatch(name):
        raise plan.error((*here, field), repr(name), "the name of a file in data/, without folder and suffix")
    if name and name not in names:
        there = f"one of {', '.join(names)}" if names else f"data/{name}.csv with its sidecar"
        raise plan.error((*here, field), f"no file {name!r} in data/", there)
