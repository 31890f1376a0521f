"""Answers that others published, and how ours are made from the same panel. A new one is a new row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from muster.estimate import (
    DID,
    SC,
    SDID,
    Method,
    Study,
    checked_study,
    conformal,
    fit,
    fit_study,
    leave_two_out,
    placebo_of,
    predictor_weights,
    staggered,
    standard_error,
)
from muster.panel.longpanel import LongPanel
from muster.verify.panels import Castle, Prop99

ADH = "Abadie, Diamond & Hainmueller 2010, J. Am. Stat. Assoc. 105:493"
ADH_GERMANY = "Abadie, Diamond & Hainmueller 2015, Am. J. Polit. Sci. 59:495"
SDID_PAPER = "Arkhangelsky, Athey, Hirshberg, Imbens & Wager 2021, Am. Econ. Rev. 111:4088"
LTO = "Lei & Sudijono 2024, arXiv 2401.07152"
CONFORMAL = "Chernozhukov, Wüthrich & Zhu 2021, J. Am. Stat. Assoc. 116:1849"
CLARKE = "Clarke, Pailañir, Athey & Imbens 2023, arXiv 2301.11859"
CALLAWAY = "Callaway & Sant'Anna 2021, J. Econometrics 225:200"


@dataclass(frozen=True, slots=True)
class Published:
    """One published answer.

    Attributes:
        what: what it is.
        panel: a name of :data:`muster.verify.panels.PANELS`.
        theirs: the published numbers, each with what tells it apart (empty for a single one).
        tolerance: the largest difference that counts as agreement: half of the last published digit, or as the note says.
        citation: who published it, or whose definition it enumerates.
        ours: the same numbers from the panel.
        note: what a reader must know about a difference.
        shown: theirs as published, where that is not a decimal number.
    """

    what: str
    panel: str
    theirs: Mapping[str, float]
    tolerance: float
    citation: str
    ours: Callable[[Any], Mapping[str, float]] = field(repr=False)
    note: str = ""
    shown: str = ""


def california(panel: LongPanel) -> Study:
    """California, treated from 1989 on."""
    return study(panel, "California", "1989")


def study(panel: LongPanel, treated: str, start: str) -> Study:
    """The study of one treated unit."""
    return checked_study(outcomes=panel.values, treated=panel.column(treated), pre=panel.before(start))


def effect(method: Method) -> Callable[[LongPanel], Mapping[str, float]]:
    """The effect on California by a method."""
    return lambda panel: {"": fit_study(california(panel), method).att}


def left_two_out(treated: str, start: str) -> Callable[[LongPanel], Mapping[str, float]]:
    """The leave-two-out p of a study."""
    return lambda panel: {"": leave_two_out(study(panel, treated, start)).p_value}


def predicted_weights(panel: Prop99) -> Mapping[str, float]:
    """The donors of California by the predictors of the paper, their weights chosen on 1970-1988."""
    chosen = california(panel.sales)
    [treated], sales = chosen.treated, chosen.outcomes
    found = predictor_weights(outcomes=sales, treated=treated, pre=chosen.pre, predictors=panel.predictors)
    made = fit(
        outcomes=sales,
        treated=treated,
        pre=chosen.pre,
        covariates=panel.predictors,
        covariate_weights=found.weights,
        match="covariates only",
    )
    return dict(zip(panel.sales.units, made.weights.tolist(), strict=True))


def german_weights(panel: LongPanel) -> Mapping[str, float]:
    """The donors of West Germany, all years before 1991 matched."""
    made = fit_study(study(panel, "West Germany", "1991"))
    return dict(zip(panel.units, made.weights.tolist(), strict=True))


def by_cohort(method: Method, leads: int | None = None) -> Callable[[Castle], Mapping[str, float]]:
    """The effect on all treated states of the castle doctrine, cohort by cohort."""
    return lambda panel: {
        "": staggered(
            outcomes=panel.homicides.values, starts=panel.starts, method=method, how="cohort", leads=leads, error="none"
        ).att
    }


PROP99, BASQUE, GERMANY, CASTLE = "Proposition 99", "Basque Country", "German reunification", "Castle doctrine"

PUBLISHED = (
    Published(
        "Synthetic control on outcomes alone: effect, packs a head and year",
        PROP99,
        {"": -19.5136},
        5e-5,
        f"{ADH}; six packages agree on the optimum",
        effect(SC),
    ),
    Published(
        "Synthetic control on outcomes alone: RMSPE before 1989",
        PROP99,
        {"": 1.6564},
        5e-5,
        f"{ADH}; six packages agree on the optimum",
        lambda panel: {"": fit_study(california(panel)).pre_rmspe},
    ),
    Published(
        "In-space placebo test: p of the RMSPE ratio",
        PROP99,
        {"": 3 / 39},
        1e-12,
        f"{ADH}, section 3.4, by enumeration on outcomes alone",
        lambda panel: {"": placebo_of(california(panel)).p_ratio},
        note="the paper's own 1/39 is with predictors",
        shown="3/39",
    ),
    Published(
        "Leave-two-out test: p",
        PROP99,
        {"": 73 / 703},
        1e-12,
        f"{LTO}, by enumeration",
        left_two_out("California", "1989"),
        shown="73/703",
    ),
    Published(
        "Conformal test: p by moving blocks",
        PROP99,
        {"": 3 / 31},
        1e-12,
        f"{CONFORMAL}, by enumeration",
        lambda panel: {"": conformal(california(panel), scheme="block").p_value},
        shown="3/31",
    ),
    Published(
        "Synthetic difference-in-differences: effect",
        PROP99,
        {"": -15.6054},
        5e-5,
        f"{SDID_PAPER}, table 1, at the exact optimum",
        effect(SDID),
        note="R's synthdid prints -15.6038: its Frank-Wolfe steps stop before the optimum",
    ),
    Published(
        "Synthetic difference-in-differences: placebo standard error",
        PROP99,
        {"": 9.368},
        5e-4,
        f"{SDID_PAPER}, algorithm 4, over all 38 placebos",
        lambda panel: {"": standard_error(california(panel), SDID, kind="placebo").value},
        note="enumerated: no draw, so no seed; the 8.4 of the paper is one draw of it",
    ),
    Published(
        "Difference-in-differences: effect",
        PROP99,
        {"": -27.3491},
        5e-5,
        f"{SDID_PAPER}, table 1",
        effect(DID),
    ),
    Published(
        "Synthetic control on predictors: weight",
        "Proposition 99 with predictors",
        {"Utah": 0.334, "Nevada": 0.234, "Montana": 0.199, "Colorado": 0.164, "Connecticut": 0.069},
        0.01,
        f"{ADH}, table 2",
        predicted_weights,
        note="the search for predictor weights is not convex: programs agree to about two digits, so the tolerance is 0.01",
    ),
    Published(
        "Leave-two-out test: p",
        GERMANY,
        {"": 1 / 120},
        1e-12,
        f"{LTO}, by enumeration",
        left_two_out("West Germany", "1990"),
        shown="1/120",
    ),
    Published(
        "Synthetic control on outcomes before 1991: weight",
        GERMANY,
        {"Austria": 0.291, "USA": 0.273, "Italy": 0.191, "Netherlands": 0.133, "Switzerland": 0.081, "France": 0.030},
        5e-4,
        f"data of {ADH_GERMANY}; the optimum is unique",
        german_weights,
    ),
    Published(
        "Leave-two-out test: p",
        BASQUE,
        {"": 83 / 120},
        1e-12,
        f"{LTO}, by enumeration",
        left_two_out("Basque Country (Pais Vasco)", "1971"),
        shown="83/120",
    ),
    Published(
        "Staggered difference-in-differences: effect on log homicides",
        CASTLE,
        {"": 0.0771934},
        5e-8,
        f"{CLARKE}, as computed by synthdid-py 0.1.0",
        by_cohort(DID),
    ),
    Published(
        "Staggered synthetic difference-in-differences: effect on log homicides",
        CASTLE,
        {"": 0.0536185},
        5e-7,
        f"{CLARKE}, as computed by synthdid-py 0.1.0 with 300,000 steps",
        by_cohort(SDID),
        note="with its own settings it stops early and prints 0.053571",
    ),
    Published(
        "Staggered difference-in-differences from the last period before: effect on log homicides",
        CASTLE,
        {"": 0.0194028},
        5e-8,
        f"{CALLAWAY}, as computed by diff-diff 3.13",
        by_cohort(DID, leads=1),
    ),
)
