"""Lines of a page that are not its report: links to other stories, share buttons, labels, date stamps, notices."""

import re
from functools import cache

from muster.read.dates import EXPRESSION
from muster.read.sentences import lines
from muster.read.vocabulary import clutter_words

LONGEST = 200  # characters; clutter lines are short, and a long one is read
BULLET = re.compile(r"^[•*·–—>-]\s*")
CODE = re.compile(r"[A-Z]{2,}[A-Z0-9]{12,}")
ADDRESS = re.compile(r"(?:[\w ]{1,20}:\s)?(?:https?://|www\.)\S+|[\w ]{1,20}:\s\S+@\S+")
CREDIT = re.compile(
    r"[(\[][^()\[\]]{0,40}\b(?:photo|image|picture|getty|file photo|photograph)s?\b[^()\[\]]{0,40}[)\]]\.?$"
    r"|(?:/|\b(?:via|©)\s)(?:Getty(?: Images)?|AFP|Reuters|AP|EPA|Anadolu)\.?$|\b(?:Getty Images|AP Photo)\b",
    re.IGNORECASE,
)
AGENCY = re.compile(r"\([A-Z][A-Za-z/&. -]{0,24}\)\.?|[-–—]\s?[A-Z]{2,}(?:/[A-Z]{2,})?\.?|[-#*_=~]{3,}|-30-|END|ENDS")
BYLINE = re.compile(r"By\s[A-Z][\w.’'-]+(?:(?:\sand|,|)\s[A-Z][\w.’'-]+){0,7}(?:\sin\s[A-Z]\w+)?|BY\s[A-Z .’',&-]{4,60}")
CLOCK = re.compile(
    r"\b\d{1,2}[:.h]\d{2}(?::\d\d)?\b|\b(?:[ap]\.?m\.?|gmt|utc|est|edt|cet|ist|eat|bst|noon)\b(?:\s?[+-]\d{1,2}(?::\d\d)?)?|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b",
    re.IGNORECASE,
)
STAMP_WORDS = re.compile(
    r"\b(?:published|updated|posted|last|modified|created|date|time|on|at|the|min(?:ute)?s?|hours?|days?|ago|read|views?|india|world|mon|tue|wed|thu"
    r"|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2}|20\d\d)\b",
    re.IGNORECASE,
)
FOREIGN_DATE = re.compile(r"(?:[^\W\d_]{3,12}\.?,?\s)?\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,12}\.?\s(?:de\s)?20\d\d")
JOINED = re.compile(r"[a-z][A-Z]")
PARTED = re.compile(r"\s[|»›]\s")
TERMINAL = (".", "!", "?", "”", '"', ")", ":", ";")


def clutter_lines(text: str) -> tuple[int, ...]:
    """The numbers of clutter lines, from 0, in order."""
    stripped = [line.strip() if len(line) <= 4 * LONGEST else "." * LONGEST * 2 for _, line in lines(text)]
    found = {number for number, line in enumerate(stripped) if is_clutter(line)}
    for number in sorted(found):
        if _beginnings(links=True).match(stripped[number]):
            found |= set(_links_after(stripped, number))
    return tuple(sorted(found | set(_signs_off(stripped, found))))


def is_clutter(line: str) -> bool:
    """Whether a line by itself is clutter."""
    if not line or len(line) > LONGEST:
        return False
    plain = BULLET.sub("", line)
    whole = (_wholes(), CODE, ADDRESS, AGENCY, BYLINE, FOREIGN_DATE)
    if any(pattern.fullmatch(shown) for shown in {plain, line} for pattern in whole) or _beginnings().match(plain):
        return True
    return bool(CREDIT.search(line)) or _is_stamp(plain) or _is_menu(line)


def _is_stamp(line: str) -> bool:
    """A day or an hour and nothing else: "Updated: Aug 29, 2006 10:43 IST"."""
    if len(line) > LONGEST // 2 or not any(sign.isdigit() for sign in line):
        return False
    dated = EXPRESSION.search(line) or CLOCK.search(line)
    left = STAMP_WORDS.sub("", CLOCK.sub("", EXPRESSION.sub("", line)))
    return bool(dated) and not any(sign.isalpha() for sign in left)


def _is_menu(line: str) -> bool:
    """Names of sections: parted by bars, or run together as a page's links are ("AfricaAsia Pacific")."""
    if line.endswith(TERMINAL) or any(len(part.split()) > 7 for part in PARTED.split(line)):
        return False
    words = line.split()
    run_together = JOINED.search(line) and len(words) <= 5 and all(word[:1].isupper() for word in words)
    return bool(PARTED.search(line)) or bool(run_together and len(JOINED.findall(line)) >= 2)


def _links_after(stripped: list[str], number: int) -> list[int]:
    """The headlines that follow a "Related articles": lines until one that ends as a sentence does."""
    links = []
    for following in range(number + 1, len(stripped)):
        if stripped[following].endswith(TERMINAL) or len(stripped[following]) > LONGEST:
            break
        if stripped[following]:
            links.append(following)
    return links


def _signs_off(stripped: list[str], found: set[int]) -> list[int]:
    """An outlet's name in capitals with nothing but clutter after it."""
    for number in range(len(stripped) - 1, -1, -1):
        line = stripped[number]
        if line and number not in found:
            after = any(later > number for later in found)
            return [number] if after and line.isupper() and len(line.split()) <= 4 and line[-1].isalpha() else []
    return []


@cache
def _wholes() -> re.Pattern[str]:
    words = [word for row in clutter_words() if row.place == "whole" for word in row.words]
    return re.compile(rf"(?:{'|'.join(words)})[.:]?", re.IGNORECASE)


@cache
def _beginnings(*, links: bool = False) -> re.Pattern[str]:
    words = [
        _start(word) for row in clutter_words() if row.place == "begins" and (row.links or not links) for word in row.words
    ]
    return re.compile("|".join(words), re.IGNORECASE)


def _start(word: str) -> str:
    return word.replace("(", r"\(").replace(")", r"\)") + (r"\b" if word[-1].isalnum() else "")
