"""What a dossier's plan says: the mission, its outcomes and doses, and the data files that they are measured with."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from muster.records.base import Better, Domain, Record

Period = Literal["week", "month", "quarter", "year", "as published"]
Blocks = Literal["set aside", "spread"]
SIMULATED = "SIMULATED: this place does not exist. Every number was made by a program, with effects that are known."


class Start(Record, frozen=True, kw_only=True):
    """A candidate date for the mission's start and the records that tell of it."""

    name: str
    date: date
    records: tuple[str, ...] = ()


class Outcome(Record, frozen=True, kw_only=True):
    """A measured series that the plan names.

    ``file`` is the stem of a file under ``data/`` and empty where there is no data yet (``missing`` then says why). ``series``
    (of figures and observations), ``measure`` (``events``, ``deaths``) and ``kinds`` (of events) pick its rows. Places are the
    names in the file or, with ``geography``, the polygons of that file in ``data/`` or H3 cells (``h3:5``). With ``base``
    (``2023``, ``2023-Q2``, ``2023-06``) prices become an index that is 100 then, with ``population`` values become a rate for
    ``per`` (100,000) persons of that file. ``truth`` is what was planted in simulated data, for a simulated mission alone.
    """

    id: str
    name: str
    domain: Domain
    unit: str
    better: Better
    period: Period
    treated: tuple[str, ...]
    donors: tuple[str, ...] = ()
    file: str = ""
    series: str = ""
    measure: str = ""
    kinds: tuple[str, ...] = ()
    geography: str = ""
    base: str = ""
    population: str = ""
    per: Annotated[float, Meta(gt=0)] | None = None
    definition: str = ""
    provider: str = ""
    missing: str = ""
    truth: str = ""


class Dose(Record, frozen=True, kw_only=True):
    """How much of the mission there was, by place and period: from a file of deployments, or from the ledger (no ``file``).

    ``mission``, ``kinds`` (troops, police ...) and ``actors`` (contributors) pick rows of the file; without a file, ``scope``
    and ``actors`` (the whole force where there are none) pick one strength of the ledger, at the mission's place. Places are
    the names in the file, or with ``geography`` whole countries (``country``) or the whole mission (``mission``).
    """

    id: str
    name: str
    unit: str
    period: Period
    file: str = ""
    mission: str = ""
    kinds: tuple[str, ...] = ()
    scope: str = ""
    actors: tuple[str, ...] = ()
    geography: str = ""


class Mission(Record, frozen=True, kw_only=True):
    """The plan of an assessment, as ``mission.toml`` holds it.

    ``force`` and ``funds`` are the actors under which the ledger keeps whole-mission strengths and the mission's common fund.
    ``retrospective`` is true when the plan was written after outcomes were known; the brief says so.
    ``simulated`` is true of a place that does not exist: every page, picture and table then says so.
    """

    id: str
    title: str
    short: str
    place: str
    force: tuple[str, ...]
    funds: tuple[str, ...]
    lead: str
    starts: tuple[Start, ...]
    outcomes: tuple[Outcome, ...]
    doses: tuple[Dose, ...] = ()
    alpha: Annotated[float, Meta(gt=0, lt=0.5)] = 0.1
    retrospective: bool = True
    simulated: bool = False


class DataFile(Record, frozen=True, kw_only=True):
    """A file under ``data/`` with what its sidecar says of it. ``sha256`` is of the file's bytes.

    ``source`` is empty where it is to be told from the file's header. ``covered`` are the first and the last day that the
    source covered, ``blocks`` what becomes of events dated to a month or a year, ``places`` the file's names of places to the
    plan's (``HT01??`` for every name like it), ``country`` (ISO 3166-1 alpha-3) where all its places lie, and ``columns``
    which column of a table of any layout holds what.
    """

    name: str
    path: str
    source: str
    title: str
    provider: str
    licence: str
    vintage: str
    sha256: str
    address: str = ""
    redistribute: bool = False
    covered: tuple[date, date] | None = None
    blocks: Blocks = "set aside"
    places: dict[str, str] = field(default_factory=dict)
    country: str = ""
    columns: dict[str, str] = field(default_factory=dict)
