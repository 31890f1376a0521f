"""The date expressions that are known: each rule is a pattern, its meaning and an example that is also its test.

To teach a new one, add a row to ``RULES``.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from muster.read.calendar_words import (
    COUNT,
    DAY,
    FEW,
    MONTH,
    SEASON,
    UNIT,
    YEAR,
    Context,
    Days,
    ago,
    coming,
    fiscal,
    in_time,
    iso_day,
    named_day,
    named_month,
    near_day,
    part_of_year,
    past,
    period,
    season,
    some_ago,
    until_now,
    weekday,
    weekend,
    years,
)


class Rule(NamedTuple):
    """A pattern and what it means.

    ``example``, read in a report of Monday 2024-06-24, gives ``means``; it stands in the future tense after ">".
    """

    words: str
    meaning: Callable[[re.Match[str], Context], Days | None]
    example: str
    means: str


OF_YEAR = rf"(?:,?\s(?P<year>{YEAR})\b|,?\s(?:of\s)?(?P<of>this|last|next)\syear\b)?"
# The first rule that fits at a place is taken, so longer forms stand before shorter ones.
RULES: tuple[Rule, ...] = (
    Rule(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)", iso_day, "2024-06-12", "2024-06-12..2024-06-12"),
    Rule(
        rf"(?:{DAY},?\s)?(?P<month>{MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d,]\d)\b{OF_YEAR}",
        named_day,
        "on Sept. 12 last year",
        "2023-09-12..2023-09-12",
    ),
    Rule(
        rf"(?:{DAY},?\s)?(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{MONTH})\b{OF_YEAR}",
        named_day,
        "on 12 June",
        "2024-06-12..2024-06-12",
    ),
    Rule(
        rf"(?:(?P<relative>last|past|next|this)\s)?(?:(?P<edge>early|mid|late)[\s-])?(?P<month>{MONTH})\b{OF_YEAR}",
        named_month,
        "in late February of this year",
        "2024-02-20..2024-02-29",
    ),
    Rule(rf"(?:(?P<relative>last|this|next)\s)?(?P<day>{DAY})\b", weekday, "on Friday", "2024-06-21..2024-06-21"),
    Rule(r"(?:(?P<relative>last|this|next|the)\s)weekend\b", weekend, "over the weekend", "2024-06-22..2024-06-23"),
    Rule(r"(?P<word>today|tonight|yesterday|overnight|tomorrow)\b", near_day, "yesterday", "2024-06-23..2024-06-23"),
    Rule(
        r"(?:(?P<part>earlier|later|so far|early|mid|late|the middle of)[\s-])?"
        r"(?P<relative>this|last|next|the)\s(?P<unit>week|month|year)\b",
        period,
        "late last year",
        "2023-09-01..2023-12-31",
    ),
    Rule(
        rf"the\s(?P<part>first|second|third|fourth|last|final)\s(?P<unit>half|quarter)\sof\s(?:(?P<year>{YEAR})\b|(?:this|the)\syear\b)",
        part_of_year,
        "in the first quarter of 2025",
        "2025-01-01..2025-03-31",
    ),
    Rule(
        rf"(?P<count>{COUNT})\s(?P<unit>{UNIT})\s(?:ago|earlier)\b",
        ago,
        "two weeks ago",
        "2024-06-10..2024-06-10",
    ),
    Rule(
        rf"(?:{FEW}\s)?(?P<unit>{UNIT})\s(?:ago|earlier)\b",
        some_ago,
        "a few weeks ago",
        "2024-05-06..2024-06-10",
    ),
    Rule(
        rf"(?:with)?in\s(?:the\s)?(?:next|coming)\s(?:(?P<count>{COUNT})\s|{FEW}\s)?(?P<unit>{UNIT})\b",
        coming,
        "in the coming days",
        "2024-06-24..2024-07-01",
    ),
    Rule(
        rf"the\s(?:next|coming)\s(?:(?P<count>{COUNT})\s|{FEW}\s)?(?P<unit>{UNIT})\b",
        coming,
        "over the next two weeks",
        "2024-06-24..2024-07-08",
    ),
    Rule(
        rf"(?:(?:with)?in|after)\s(?:(?:about|around|some|roughly)\s)?(?:(?P<count>{COUNT})\s|{FEW}\s)?(?P<unit>{UNIT})\b",
        in_time,
        ">within three weeks",
        "2024-06-24..2024-07-15",
    ),
    Rule(
        rf"the\s(?:past|last)\s(?:(?P<count>{COUNT})\s|{FEW}\s)?(?P<unit>{UNIT})\b",
        past,
        "over the past year",
        "2023-06-25..2024-06-24",
    ),
    Rule(
        rf"(?:(?P<relative>last|this|next|the)\s)(?P<season>{SEASON})\b(?:\s(?:of\s)?(?P<year>{YEAR})\b)?",
        season,
        "last spring",
        "2024-03-01..2024-05-31",
    ),
    Rule(
        rf"(?:FY\s?|fiscal\syear\s)(?P<first>{YEAR})(?:[/–-](?P<final>\d\d(?:\d\d)?))?\b",
        fiscal,
        "for fiscal year 2021",
        "2020-10-01..2021-09-30",
    ),
    Rule(
        rf"(?:the\s)?(?P<first>{YEAR})[/–-](?P<final>\d\d(?:\d\d)?)\s(?:fiscal|financial|budget)\syear\b",
        fiscal,
        "in the 2023/24 financial year",
        "2023-07-01..2024-06-30",
    ),
    Rule(r"(?:a|his|her|their)\srecent\s\w{1,20}|recently\b", until_now, "during a recent visit", "..2024-06-24"),
    Rule(
        rf"(?:(?P<edge>early|mid|late)[\s-])?(?P<first>{YEAR})(?:\s?[-–]\s?(?P<final>{YEAR}))?\b",
        years,
        "from 1915–1934",
        "1915-01-01..1934-12-31",
    ),
)
