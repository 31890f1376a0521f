"""Prices of many sites to one number a place and period: the index of each site's own price, or the plain mean.

The index is the elementary index of Jevons: the geometric mean, over sites, of a site's price relative to its own price in
the base (ILO and others, Consumer Price Index Manual: Concepts and Methods, 2020, chapter 8). A site that is dear or cheap
throughout does not move it, nor does the unit in which a site counts.
"""

import ibis
import ibis.expr.types as ir

from muster.panel.events import COUNTED
from muster.panel.values import PART

NUMBERS = ("value", "low", "high")
BASE = 100
# An index is cut to these decimals: what two engines' logarithms differ in lies beyond.
SHOWN = "decimal(38, 9)"


def priced(rows: ir.Table) -> ir.Table:
    """Rows whose price has no logarithm set aside."""
    free = (rows.fate == COUNTED) & (rows.low <= 0)
    return rows.mutate(fate=free.ifelse("set aside, no price above zero", rows.fate))


def based(rows: ir.Table) -> ir.Table:
    """Rows with ``base``, the mean price of their site in the base; without one they are set aside."""
    rows = priced(rows)
    inside = ((rows.fate == COUNTED) & rows.in_base).ifelse(rows.value, ibis.null(PART))
    site = ibis.window(group_by=["named", "site"])
    rows = rows.mutate(base=inside.sum().over(site).cast("float64") / inside.count().over(site).nullif(0))
    baseless = (rows.fate == COUNTED) & rows.base.isnull()
    return rows.mutate(fate=baseless.ifelse("set aside, their site has no price in the base", rows.fate))


def index(rows: ir.Table) -> ir.Table:
    """The geometric mean, over sites, of price by base price: 100 where prices are those of the base."""
    sites = _sites(rows, "base")
    cells = _over_sites(sites.mutate(**{name: (sites[name] / sites.base).ln() for name in NUMBERS}))
    return cells.mutate(**{name: (cells[name].exp() * BASE).cast(SHOWN).cast("float64") for name in NUMBERS})


def mean_price(rows: ir.Table) -> ir.Table:
    """The mean of the sites' prices."""
    return _over_sites(_sites(rows))


def _sites(rows: ir.Table, *also: str) -> ir.Table:
    """One row a site and period; several prices of it are averaged."""
    grouped = rows.group_by("place", "period_start", "named", "site", *also)
    return grouped.aggregate(**_means(rows), n=rows.count(), n_sources=rows.n_sources.sum())


def _over_sites(sites: ir.Table) -> ir.Table:
    grouped = sites.group_by("place", "period_start")
    return grouped.aggregate(**_means(sites), n=sites.n.sum(), n_sources=sites.n_sources.sum())


def _means(rows: ir.Table) -> dict[str, ir.FloatingValue]:
    """Means of decimals: the same in whatever order an engine adds them."""
    return {name: rows[name].cast(PART).sum().cast("float64") / rows.count() for name in NUMBERS}
