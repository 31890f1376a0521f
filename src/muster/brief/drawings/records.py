"""What a picture shows, as plain records: every number it draws, in words too, with what it rests on.

Nothing here knows how it is drawn. ``brief.json`` holds these records, and the table under a picture is made of them.
"""

from datetime import date
from typing import Literal

from muster.records import Record

Cell = tuple[str, tuple[str, ...]]  # words and the ids of what they rest on


class Data(Record, frozen=True, kw_only=True):
    """The numbers of a picture as a table: the heads, and rows of cells whose first names the row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Line(Record, frozen=True, kw_only=True):
    """One path over the periods of its picture; null where there is no value."""

    name: str
    look: Literal["actual", "counterfactual", "gap", "placebo"]
    values: tuple[float | None, ...]


class Band(Record, frozen=True, kw_only=True):
    """An interval in each period; one end null is open, both null is none."""

    name: str
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


class Lines(Record, tag="lines", frozen=True, kw_only=True):
    """Paths over common periods. ``marks`` are dated starts, ``pre`` the periods before the one taken."""

    starts: tuple[date, ...]
    ends: tuple[date, ...]
    pre: int
    lines: tuple[Line, ...]
    band: Band | None = None
    marks: tuple[tuple[str, date], ...] = ()


class Bar(Record, frozen=True, kw_only=True):
    """A row of a picture: a sum of money, or an estimate with its interval.

    ``low`` or ``high`` null is open on that side, both null is no interval; ``text`` says the row's numbers, ``told`` is false
    where they cannot be relied on. ``group`` is the heading that it stands under.
    """

    label: str
    text: str
    low: float | None
    high: float | None
    estimate: float | None = None
    cites: tuple[str, ...] = ()
    told: bool = True
    group: str = ""


class Rows(Record, tag="rows", frozen=True, kw_only=True):
    """Rows on one scale: ``amounts`` as bars from zero, ``effects`` as points with whiskers beside a line at zero."""

    kind: Literal["amounts", "effects"]
    bars: tuple[Bar, ...]


class Choice(Record, frozen=True, kw_only=True):
    """What a specification may choose, and (D,) which of those drawn chose it."""

    name: str
    taken: tuple[bool, ...]


class Curve(Record, tag="curve", frozen=True, kw_only=True):
    """Effects of many specifications in rising order.

    ``places`` (D,) are those of the drawn ones among all ``total``, counted from 1; ``planned`` is the drawn one of the plan.
    """

    effects: tuple[float, ...]
    places: tuple[int, ...]
    total: int
    planned: int
    choices: tuple[Choice, ...]


class Area(Record, frozen=True, kw_only=True):
    """A place: its value in words and, where it is known, as a number. ``rings``: x and y on the map's grid, y downwards.

    ``treated``: the plan says that the mission works there.
    """

    id: str
    name: str
    text: str
    value: float | None
    cites: tuple[str, ...]
    treated: bool
    rings: tuple[tuple[tuple[int, int], ...], ...]


class Map(Record, tag="map", frozen=True, kw_only=True):
    """Places on a grid of ``width`` by ``height``; ``classes`` are the lowest and highest value of each shade, rising."""

    width: int
    height: int
    areas: tuple[Area, ...]
    classes: tuple[tuple[float, float], ...]


Drawing = Lines | Rows | Curve | Map
