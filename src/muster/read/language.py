"""Which language a text is in. Anything but English is said to be unread, never misread."""

import re
from collections import Counter
from functools import cache

from muster.read.vocabulary import speech_verbs, stage_verbs, word_set

# Frequent English words that French, Spanish, Portuguese, German, Dutch, Scandinavian languages and Haitian Creole do not have.
ENGLISH = word_set(
    "the of and to that will would were with from have has by are been they their this which who it its for said"
)
WORD = re.compile(r"[^\W\d_]+")
SAMPLE = 20_000  # characters: a report is in one language
CLEAR = 0.12  # share of these words that no other language reaches; English prose has a quarter to a third
FAINT = 0.04  # and the share under which a text of some length is not English


def language_of(text: str) -> str:
    """The ISO 639 code of a text's language; empty when there are too few words to tell.

    The share of English function words decides for or against English, which is sound on a single sentence too; only what is
    not English is named by py3langid, whose guess on short texts is poor.
    """
    written = Counter(map(str.lower, WORD.findall(text[:SAMPLE])))
    if not written:
        return ""
    words, english = written.total(), written.keys() & ENGLISH  # a table or a list repeats a few words: they count once too
    share = max(sum(map(written.__getitem__, english)) / words, len(english) / len(written))
    if share >= CLEAR:
        return "en"
    import py3langid  # its model takes a fifth of a second to load, and English reports do not need it

    code = str(py3langid.classify(text[:SAMPLE])[0])
    if code in {"en", "zxx"}:  # zxx: no language at all
        return "en" if share >= FAINT or words < 12 else ""
    if words < 12 and text.isascii() and bool(written.keys() & _verbs()):
        return "en"  # "Kenya sent 400 officers": too short for any function word
    return code


@cache
def _verbs() -> frozenset[str]:
    return frozenset(form for table in (stage_verbs(), speech_verbs()) for row in table for form in row.forms)


def language_name(code: str) -> str:
    """The English name of an ISO 639 code, or the code where it has none."""
    import pycountry

    found = pycountry.languages.get(**{f"alpha_{len(code)}": code}) if code else None
    return str(found.name).partition(" (")[0] if found else code or "an unknown language"
