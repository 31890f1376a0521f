"""TOML files to records, with errors that name file, line, field, what came and what is allowed."""

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from muster.errors import DossierError
from muster.records import Record

LARGEST = 1_000_000  # bytes; a plan is read by people
HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z_][\w-]*)")
UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)

Step = str | int
T = TypeVar("T", bound=Record)

PLAIN: dict[type[inspect.Type], str] = {
    inspect.StrType: "text in quotes",
    inspect.BoolType: "true or false",
    inspect.DateType: "a date such as 2024-06-25",
    inspect.VarTupleType: "a list in [ ]",
    inspect.StructType: "a table",
}


@dataclass(frozen=True)
class Toml:
    """A parsed TOML file that can say on which line a field stands."""

    name: str
    text: str
    table: dict[str, Any]

    def line(self, steps: tuple[Step, ...]) -> int | None:
        """The line (from 1) of a field, of its table's header where the field is not written, or None if neither is found."""
        wanted = [step for step in steps if isinstance(step, str)]
        index = steps[1] if len(steps) > 1 and isinstance(steps[1], int) else 0
        lines = self.text.splitlines()
        headers = [(row, match[1]) for row, line in enumerate(lines) if (match := HEADER.match(line))]
        start, end, inside = 0, headers[0][0] if headers else len(lines), wanted
        own = [row for row, name in headers if wanted and name == wanted[0]]
        if int(index) < len(own):
            start, inside = own[int(index)], wanted[1:]
            end = next((row for row, _ in headers if row > start), len(lines))
        key = re.compile(rf"\s*[\"']?{re.escape(inside[0])}[\"']?\s*=") if inside else None
        found = next((row for row in range(start, end) if key and key.match(lines[row])), None)
        return found + 1 if found is not None else start + 1 if own else None

    def error(self, steps: tuple[Step, ...], found: str, expected: str = "", do: str = "") -> DossierError:
        """The error to raise about a field."""
        line, field = self.line(steps), dotted(steps)
        where = [self.name, f"line {line}" if line else "", f"field {field}" if field else ""]
        return DossierError(found, where=", ".join(part for part in where if part), expected=expected, do=do)

    def convert(self, kind: type[T]) -> T:
        """The file as a record of this kind.

        Raises:
            DossierError: at the first field that is unknown, missing or not what the record allows.
        """
        try:
            return msgspec.convert(self.table, kind)
        except msgspec.ValidationError as error:
            raise self.explained(str(error), kind) from None

    def explained(self, message: str, kind: type[Record]) -> DossierError:
        """Msgspec's message in our words."""
        what, _, path = message.partition(" - at `$")
        steps = tuple(int(index) if index else name for name, index in re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", path))
        type_ = type_at(inspect.type_info(kind), steps)
        if unknown := UNKNOWN.match(what):
            names = [field.encode_name for field in type_.fields] if isinstance(type_, inspect.StructType) else []
            close = difflib.get_close_matches(unknown[1], names, n=1)
            do = f"did you mean {close[0]!r}?" if close else ""
            return self.error((*steps, unknown[1]), f"unknown field {unknown[1]!r}", f"one of {', '.join(names)}", do)
        if missing := MISSING.match(what):
            expected = allowed(type_at(type_, (missing[1],)))
            return self.error((*steps, missing[1]), f"field {missing[1]!r} is missing", expected)
        return self.error(steps, shown(value_at(self.table, steps)), allowed(type_) or what)


def read_toml(path: Path) -> Toml:
    """Read a TOML file.

    Raises:
        DossierError: the file cannot be read, is too large, is not UTF-8 or is not TOML.
    """
    name = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DossierError(f"cannot be read: {error.strerror}", where=name) from None
    if len(data) > LARGEST:
        raise DossierError(f"{len(data):,} bytes", where=name, expected=f"at most {LARGEST:,}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise DossierError(found, where=f"{name}, line {line}", do="save the file as UTF-8") from None
    try:
        return Toml(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise broken(name, text, str(error)) from None
    except RecursionError:
        raise DossierError("brackets nested too deeply", where=name) from None


def broken(name: str, text: str, message: str) -> DossierError:
    """The error for text that is not TOML; the parser's message ends in where it stopped."""
    what, _, place = message.partition(" (at ")
    row = re.search(r"line (\d+)", place)
    lines = text.splitlines() or [""]
    line = int(row[1]) if row else len(lines)
    do = "strings stand in quotation marks, dates are YYYY-MM-DD; see https://toml.io"
    found = f"not TOML: {what}: {shown(lines[min(line, len(lines)) - 1].strip())}"
    return DossierError(found, where=f"{name}, line {line}", do=do)


def type_at(type_: inspect.Type, steps: tuple[Step, ...]) -> inspect.Type:
    """The type of a field inside a type; ``AnyType`` where there is no such field."""
    for step in steps:
        type_ = bare(type_)
        if isinstance(type_, inspect.StructType):
            type_ = next((field.type for field in type_.fields if field.encode_name == step), inspect.AnyType())
        elif isinstance(type_, inspect.VarTupleType):
            type_ = type_.item_type
        else:
            return inspect.AnyType()
    return bare(type_)


def bare(type_: inspect.Type) -> inspect.Type:
    """A type without what is said about it, and of one that may be left out what it is where it is not."""
    type_ = type_.type if isinstance(type_, inspect.Metadata) else type_
    if isinstance(type_, inspect.UnionType):
        return bare(next(one for one in type_.types if not isinstance(one, inspect.NoneType)))
    return type_


def allowed(type_: inspect.Type) -> str:
    """What a field may hold, in words; empty where there is nothing to say."""
    if isinstance(type_, inspect.LiteralType):
        return f"one of {', '.join(repr(value) for value in type_.values)}"
    if isinstance(type_, inspect.IntType):
        return f"a whole number from {type_.ge}" + (f" to {type_.le}" if type_.le is not None else "")
    if isinstance(type_, inspect.FloatType):
        bounds = [f"above {type_.gt:g}" if type_.gt is not None else "", f"below {type_.lt:g}" if type_.lt is not None else ""]
        return " ".join(["a number", " and ".join(bound for bound in bounds if bound)]).strip()
    return PLAIN.get(type(type_), "")


def value_at(table: Any, steps: tuple[Step, ...]) -> Any:
    """The value that came at a field; None where the path leads nowhere."""
    for step in steps:
        try:
            table = table[step]
        except (KeyError, IndexError, TypeError):
            return None
    return table


def dotted(steps: tuple[Step, ...]) -> str:
    """A path in the usual notation: ``outcomes[2].unit``."""
    names = [step if isinstance(step, int) or re.fullmatch(r"[\w-]+", step) else repr(step) for step in steps]
    return "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in names).removeprefix(".")


def shown(value: Any) -> str:
    """A value as a message prints it: one short line."""
    words = {bool: str(value).lower(), dict: "a table", list: "a list", str: repr(value)}.get(type(value), str(value))
    return words if len(words) <= 80 else f"{words[:77]}..."
