"""Where a sentence stands in quotation marks, also when the quotation began in a sentence before."""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

MARK = re.compile(r"[“”\"]")
BEFORE_OPENING = frozenset(" (\n\t[—–-:")


def quoted(sentence: str, *, within: bool = False) -> Callable[[int], bool]:
    """Tells for an offset whether it lies in quotation marks; ``within``: the sentence begins inside a quotation."""
    places, states = _states(sentence, within)
    return lambda offset: states[bisect_right(places, offset)]


def stays_open(sentence: str, *, within: bool = False) -> bool:
    """Whether a quotation is still open at the end of a sentence."""
    return _states(sentence, within)[1][-1]


def wholly_quoted(sentence: str, *, within: bool = False) -> bool:
    """Whether nothing of a sentence stands outside a quotation."""
    places, states = _states(sentence, within)
    if not any(states):
        return not sentence.strip(" .,!?\"“”'’")
    edges = [0, *(place + 1 for place in places), len(sentence)]
    outside = (sentence[left:right].strip(" .,!?\"“”'’") for left, right in pairwise(edges))
    return all(inside or not text for text, inside in zip(outside, states, strict=True))


@lru_cache(maxsize=8)  # every sentence is asked for three times, one after the other
def _states(sentence: str, within: bool) -> tuple[list[int], list[bool]]:
    """The offsets of the marks, and whether what lies between them is quoted."""
    places, states, inside = [], [within], within
    for mark in MARK.finditer(sentence):
        straight = mark.group() == '"'
        opening = mark.start() == 0 or sentence[mark.start() - 1] in BEFORE_OPENING
        inside = mark.group() == "“" or (straight and opening and not (inside and mark.start() > 0))
        places.append(mark.start())
        states.append(inside)
    return places, states
