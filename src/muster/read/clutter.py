"""Lines of a page that are not its report: links to other stories, share buttons, picture labels, legal notices."""

import re

from muster.read.sentences import lines

LONGEST = 200  # characters; clutter lines are short, and a long one is read
LABELS = re.compile(
    r"(?:image|photo|video|news|prime|advertisement|sponsored|share|comments?|print|listen|menu|search|home)[.:]?", re.I
)
INVITATIONS = re.compile(
    r"(?:recommended (?:for you|stories|reading)|related (?:articles?|stories|topics|news|content|posts?)|most (?:read|popular)"
    r"|trending(?: now)?|you (?:may|might) also like|more (?:on this|from|stories)|latest (?:news|stories)"
    r"|(?:also |further |keep |continue )read(?:ing)?\b|read (?:more|also|next|the full)|see also|watch(?: now| also|:)"
    r"|subscribe|sign (?:up|in)\b|log in|follow us|share (?:this|on)|click here|download (?:our|the) app|join our|support our"
    r"|get (?:the |our |all )?(?:breaking|latest|daily)|send (?:us )?(?:tips|news)|newsletter|all rights reserved|copyright\b|©"
    r"|(?:legal )?disclaimer\b|terms of (?:use|service)|privacy policy|cookie"
    r"|this (?:article|story) (?:was|is) (?:originally )?published)",
    re.I,
)
LINKS_FOLLOW = re.compile(
    r"(?:recommended|related|most read|most popular|trending|you (?:may|might)|more (?:from|stories)|latest)", re.I
)
CODE = re.compile(r"[A-Z]{2,}[A-Z0-9]{12,}")
TERMINAL = (".", "!", "?", "”", '"', ")", ":", ";")


def clutter_lines(text: str) -> tuple[int, ...]:
    """The numbers of clutter lines, from 0, in order."""
    stripped = [line.strip() if len(line) <= 4 * LONGEST else "." * LONGEST * 2 for _, line in lines(text)]
    found = {number for number, line in enumerate(stripped) if _is_clutter(line)}
    for number in sorted(found):
        if LINKS_FOLLOW.match(stripped[number]):
            found |= set(_links_after(stripped, number))
    return tuple(sorted(found | set(_signs_off(stripped, found))))


def _is_clutter(line: str) -> bool:
    if not line or len(line) > LONGEST:
        return False
    return bool(LABELS.fullmatch(line) or INVITATIONS.match(line) or CODE.fullmatch(line))


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
