"""A text as a person sees it: what is invisible in it is passed over, and what is shown in another order is not read.

Zero-width characters or a terminal's escape sequences inside "1,000" must not make another number of it. They are left out
for matching, and every span is led back to the text as it came. Where marks turn the direction of writing around, or control
characters stand within a number, what a person sees cannot be told: that stretch is masked, and it is said.
"""

import re
from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from muster.records import Commitment, Statement

ESCAPES = r"(?:\x1b\[|\x9b)[0-?]{0,50}[ -/]{0,5}[@-~]|\x1b\][^\x07\x1b\r\n]{0,500}(?:\x07|\x1b\\)"
UNSEEN = (
    r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200e\u2060-\u2064\u206a-\u206f\u202a\u202c\u202d\u2066\u2069"
    r"\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
TURNING, CLOSING = r"\u202b\u202e\u2067\u2068", r"\u202c\u2069"  # from right to left, and the end of that
CONTROLS = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200f\u061c"
NUMERIC = rf"\d.,'’\u00a0\u202f\u2009 {UNSEEN}"
PLAIN = r"\t-\r -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"  # what most texts are made of
ODD = re.compile(rf"[{UNSEEN}{TURNING}{CONTROLS}]")
UNUSUAL = re.compile(rf"[^{PLAIN}]")
INVISIBLE = re.compile(rf"(?:{ESCAPES}|[{UNSEEN}])+")
MASKED = re.compile(
    rf"[{TURNING}](?:[^\r\n]*[{CLOSING}]|[^\r\n]*)"
    rf"|[{NUMERIC}]{{0,40}}(?:(?!{ESCAPES})[{CONTROLS}][{NUMERIC}]{{0,40}})+"
)
LEFT = re.compile(rf"[{TURNING}{CONTROLS}]")
WITHIN = re.compile(rf"\d(?:{ESCAPES}|[{UNSEEN}]){{1,50}}\d")
MASK = "\ufffd"

Found = TypeVar("Found", Commitment, Statement)


class Seen(NamedTuple):
    """``text`` as it is seen. Before each of ``places`` in it something was left out; ``lost`` says how much by then."""

    text: str
    places: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()

    def original(self, offset: int) -> int:
        """Where a character of ``text`` stands in the text as it came."""
        before = bisect_right(self.places, offset)
        return offset + (self.lost[before - 1] if before else 0)

    def led_back(self, record: Found, text: str) -> Found:
        """A record found in ``text`` of this, with the span and the words that it has in the text as it came."""
        cited = record.citation
        if cited.start is None or cited.end is None:
            return record
        start, end = self.original(cited.start), self.original(max(cited.start, cited.end - 1)) + (cited.end > cited.start)
        citation = replace(cited, start=start, end=end, quote=text[start:end])
        if isinstance(record, Statement):
            return replace(record, citation=citation, content=text[start:end])
        return replace(record, citation=citation)


def seen(text: str) -> Seen:
    """A text as a person sees it; most texts are seen as they are."""
    if not UNUSUAL.search(text) or not ODD.search(text):
        return Seen(text)
    masked = [match.group() for match in MASKED.finditer(text) if re.search(r"\w", match.group())]
    looks = MASKED.sub(lambda match: MASK * len(match.group()), text)
    gone = [(match.start(), match.end() - match.start()) for match in INVISIBLE.finditer(looks)]
    lost = tuple(accumulate(length for _, length in gone))
    places = tuple(start - before for (start, _), before in zip(gone, (0, *lost), strict=False))
    return Seen(
        LEFT.sub(MASK, INVISIBLE.sub("", looks)), places, lost, tuple(_warnings(len(WITHIN.findall(looks)), len(masked)))
    )


def _warnings(within: int, masked: int) -> list[str]:
    warnings = []
    if within:
        warnings.append(f"{within} number(s) with invisible characters in them were read as they look")
    if masked:
        warnings.append(f"{masked} stretch(es) where the direction of writing turns or control characters stand were not read")
    return warnings
