"""The common base of the frozen values, publication dates, and the words that a field may hold."""

import re
from calendar import monthrange
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

Kind = Literal["personnel", "funds", "equipment"]
Stage = Literal["required", "pledged", "approved", "deploying", "deployed", "disbursed", "withdrawn", "declined"]
Basis = Literal["total", "part", "increment"]
Domain = Literal["security", "access", "economy", "conduct"]
Better = Literal["lower", "higher"]
Change = Literal["better", "worse", "no clear change", "no data"]
Verdict = Literal["improved", "worsened", "no effect detected", "cannot tell"]
Status = Literal["proposed", "accepted"]
DisagreementKind = Literal[
    "increment-vs-total",
    "sum-of-parts",
    "stage",
    "currency",
    "scope",
    "order-of-magnitude",
    "stale",
    "rotation",
    "double printing",
    "unsorted",
]

PUBLISHED = r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$"
Published = Annotated[str, Meta(pattern=PUBLISHED)]
Amount = Annotated[float, Meta(ge=0)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The common base: immutable, named fields only, unknown fields refused."""


def known_from(published: str) -> date:
    """The first day on which a text with this publication date is surely known: the last day of a bare month or year.

    An empty date is never surely known and gives ``date.max``.
    """
    if not re.fullmatch(PUBLISHED, published):
        raise ValueError(f"{published!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    if not published:
        return date.max
    parts = [int(part) for part in published.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else monthrange(year, month)[1])
