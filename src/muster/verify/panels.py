"""The panels whose answers are published, from packages that carry them or from a folder of files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from muster.errors import DataError
from muster.panel.longfile import long_panels, read_long
from muster.panel.longpanel import LongPanel

Floats = NDArray[np.float64]

PROP99, CASTLE = "prop99_full_predictors_statspai.csv", "castle_causaldata.csv"
EXTRA = "passmuster[verify]"


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a panel is not on this computer; the rows that need it are skipped."""

    reason: str


@dataclass(frozen=True, slots=True)
class Prop99:
    """Cigarette sales with the predictors (R, N) of Abadie, Diamond & Hainmueller (2010, table 1)."""

    sales: LongPanel
    predictors: Floats


@dataclass(frozen=True, slots=True)
class Castle:
    """Log homicides, and the period from which each state's castle doctrine holds (N,), −1 for never."""

    homicides: LongPanel
    starts: NDArray[np.int64]


def prop99(folder: Path | None) -> LongPanel:
    """Packs of cigarettes a head by state, 1970-2000: the data of R's synthdid, or those of the folder."""
    try:
        frame = import_module("synthdid.datasets").load_california_prop99()
    except ModuleNotFoundError:
        return _read(_file(folder, PROP99, packaged=True), "state", "year", "cigsale").complete()
    return _panel(frame, "State", "Year", "PacksPerCapita", "synthdid-py").complete()


def prop99_predictors(folder: Path | None) -> Prop99:
    """The same with predictors, from the folder."""
    path = _file(folder, PROP99)
    series = {name: _read(path, "state", "year", name) for name in ("cigsale", "lnincome", "beer", "age15to24", "retprice")}
    sales = series["cigsale"]

    def mean(name: str, first: str, last: str) -> Floats:
        panel = series[name]
        rows = panel.values[panel.before(first) : panel.before(last) + 1]
        return np.asarray(np.nanmean(rows, axis=0))

    # Income, price and age over 1980-88, beer over 1984-88 as far as it was counted, and three single years of sales.
    averages = [mean(name, "1980", "1988") for name in ("lnincome", "retprice", "age15to24")]
    single = [mean("cigsale", year, year) for year in ("1988", "1980", "1975")]
    return Prop99(sales.complete(), np.vstack([*averages, mean("beer", "1984", "1988"), *single]))


def germany(folder: Path | None) -> LongPanel:
    """Product a head of 17 countries, 1960-2003."""
    return _read(_file(folder, "germany_pysyncon.csv"), "country", "year", "gdp").complete()


def basque(folder: Path | None) -> LongPanel:
    """Product a head of the Spanish regions, 1955-1997; without the row of Spain as a whole."""
    panel = _read(_file(folder, "basque_pysyncon.csv"), "regionname", "year", "gdpcap")
    return panel.without(["Spain (Espana)"]).complete()


def castle(folder: Path | None) -> Castle:
    """Log homicides by state, 2000-2010: the data of causaldata, or those of the folder."""
    try:
        frame = import_module("causaldata.castle").load_pandas().data
    except ModuleNotFoundError:
        path = _file(folder, CASTLE, packaged=True)
        homicides, post = (_read(path, "sid", "year", column) for column in ("l_homicide", "post"))
    else:
        homicides, post = (_panel(frame, "sid", "year", column, "causaldata") for column in ("l_homicide", "post"))
    treated = post.values > 0
    return Castle(homicides.complete(), np.where(treated.any(axis=0), treated.argmax(axis=0), -1))


PANELS: Mapping[str, Callable[[Path | None], Any]] = MappingProxyType(
    {
        "Proposition 99": prop99,
        "Proposition 99 with predictors": prop99_predictors,
        "German reunification": germany,
        "Basque Country": basque,
        "Castle doctrine": castle,
    }
)


def load(name: str, folder: Path | None) -> Any:
    """The panel of this name, or the reason why it is not on this computer.

    Raises:
        MusterError: it is there and cannot be used.
    """
    try:
        return PANELS[name](folder)
    except FileNotFoundError as error:
        return Absent(str(error))


def checked_folder(folder: Path | None) -> Path | None:
    """The folder, if it is one.

    Raises:
        DataError: there is no such folder.
    """
    if folder is not None and not folder.is_dir():
        raise DataError("no such folder", where=str(folder), expected="a folder with the panels as CSV files")
    return folder


def _file(folder: Path | None, name: str, *, packaged: bool = False) -> Path:
    """The file of the folder; ``packaged`` if a package would have carried its panel too."""
    if folder is None or not (folder / name).is_file():
        also = f"install {EXTRA} or " if packaged else ""
        raise FileNotFoundError(f"no {name}{f' in {folder}' if folder else ''}: {also}give its folder with --data")
    return folder / name


def _read(path: Path, unit: str, time: str, outcome: str) -> LongPanel:
    [panel] = read_long(path, unit=unit, time=time, outcome=outcome)
    return panel


def _panel(frame: Any, unit: str, time: str, outcome: str, name: str) -> LongPanel:
    """A data frame of a package as a panel, through the same door as a file."""
    columns = {column: pa.array([str(cell) for cell in frame[column]], pa.string()) for column in (unit, time, outcome)}
    [panel] = long_panels(pa.table(columns), unit=unit, time=time, outcome=outcome, name=name)
    return panel
