"""`muster ledger --verify` in words for a person who has to decide what to do, not for a programmer."""

from pathlib import Path
from textwrap import fill

import msgspec

from muster.cli.tables import amount
from muster.errors import MusterError
from muster.ledger import Ledger
from muster.ledger.diagnosis import Change, Damage, Diagnosis
from muster.ledger.plain import plain

WIDTH, INDENT = 110, 14  # characters
SHOWN = 5  # damages told in full: more of them have one cause
HAPPENED: dict[Change, str] = {
    "edited": "line {line} was changed after it was written, most likely by hand or by a program that saved the file",
    "removed": "lines were removed before what is now line {line}",
    "end removed": "the last lines were removed: the file ends before line {line}",
    "added": "line {line} was added without Muster, most likely pasted in or doubled by a merge",
    "moved": "lines were put in another order, from line {line} on; a sort or a merge does that",
    "cut off": "the file ends too early, at line {line}: a copy or a download stopped, or the disk was full",
    "unfinished": "what begins at line {line} never became part of the ledger: adding it was interrupted, or is going on now",
    "line ends": "the ends of all lines were converted, most likely by an editor or by git on another system",
    "replaced": "the lines fit each other, but line {line} is not the one that ledger.head knows: "
    "the two files are from different versions, or lines were written anew",
    "head": "the ledger is whole, and ledger.head beside it was changed",
}
RESTORE = (
    "put ledger.jsonl and ledger.head back, both, from a copy or from version control. What was done since then can be added "
    "again afterwards. A record is corrected with `muster review`, never in its line"
)
DO: dict[Change, str] = {
    "unfinished": "nothing that counted is lost. If nobody is adding now, `muster ledger DIR --repair` sets it aside in "
    "ledger.torn",
    "end removed": "put ledger.jsonl and ledger.head back, both, from a copy or from version control. If they were removed on "
    "purpose, delete ledger.head to accept the ledger without {expected}",
    "cut off": "put ledger.jsonl and ledger.head back, both, from a copy. Without one, `muster ledger DIR --repair` keeps the "
    "sound lines and sets the piece aside; {expected} would then be lost",
    "line ends": "let the lines end with a line feed alone again (`dos2unix ledger.jsonl`), and keep the line "
    "`ledger.jsonl -text` in .gitattributes",
    "replaced": "put back the ledger.jsonl and the ledger.head that belong together. If you are sure of the ledger as it "
    "stands, delete ledger.head to accept it",
    "head": "put ledger.head back from a copy, or delete it to accept the ledger as it stands",
}


def verification(store: Ledger) -> tuple[str, bool]:
    """The soundness of a ledger in words, and whether it is sound."""
    found = store.verify()
    if found.ok:
        return f"sound: {found.lines} lines, head {found.head[:16]}\n", True
    try:
        diagnosis = store.diagnose()
    except MusterError:  # the head cannot be read, as the problems say
        diagnosis = Diagnosis((), 0)
    damages = diagnosis.damages
    if not damages:
        return "\n".join(["NOT SOUND", *map(plain, found.problems)]) + "\n", False
    told = [explained(damage, store.path) for damage in damages[:SHOWN]]
    more = [f"and {len(damages) - SHOWN} more places like these\n"] if len(damages) > SHOWN else []
    last = [said("sound", sound_lines(diagnosis)), said("to do", to_do(damages)) + "\n"]
    return "\n".join([f"NOT SOUND: {store.path}\n", *told, *more, *last]), False


def explained(damage: Damage, path: Path) -> str:
    """One damage: what happened, what stands there, what was expected."""
    lines = [said("what happened", HAPPENED[damage.change].format(line=damage.line))]
    lines += [said("found", damage.found), said("expected", damage.expected)]
    if damage.change in {"edited", "added"} and (record := record_at(path, damage.line)):
        lines += [said("record", record)]
    return "\n".join(lines) + "\n"


def said(name: str, text: str) -> str:
    """A name and what is said under it, in lines of a page's width."""
    return fill(text, WIDTH, initial_indent=name.ljust(INDENT), subsequent_indent=" " * INDENT, break_on_hyphens=False)


def sound_lines(diagnosis: Diagnosis) -> str:
    """Which lines before the first damage can be relied on."""
    first, sound = diagnosis.damages[0], diagnosis.sound
    if first.change == "line ends":
        return "nothing can be said of the lines while their ends are wrong"
    certain = f"lines 1 to {sound}" if sound > 1 else "line 1" if sound else "no line before it"
    if first.line > sound + 1:
        return f"{certain}; what would vouch for line {sound + 1} is gone, so that it cannot be checked"
    return certain


def to_do(damages: tuple[Damage, ...]) -> str:
    """What the reader can do; where several things happened, only a copy helps."""
    changes = {damage.change for damage in damages}
    return DO.get(damages[0].change, RESTORE).format(expected=damages[0].expected) if len(changes) == 1 else RESTORE


def record_at(path: Path, number: int) -> str:
    """The record of a line as it reads now, in a few words; empty where it cannot be read."""
    with path.open("rb") as file:
        line = next((line for place, line in enumerate(file, 1) if place == number), b"")
    try:
        record = msgspec.json.decode(line)["record"]
        words = [record[name] for name in ("id", "actor", "kind", "stage") if record.get(name)]
        words += [amount(record.get("amount_low"), record.get("amount_high"))]
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError, ValueError, AttributeError):
        return ""
    return f"it now reads {plain(', '.join(str(word) for word in words if word))[:200]}"
