"""``muster watch``: the looks at a running mission, and what is not watched."""

from typing import TYPE_CHECKING

from rich.console import Console

from muster.cli.estimate import Format, ResultFormat
from muster.cli.panel import EngineChoice, EngineName, EngineUrl, Memory, Threads, bar, chosen
from muster.cli.terminal import AsOf, Folder, Out, Quiet, day, emit, stdout

if TYPE_CHECKING:
    from muster.assess.watching import MissionWatch, Watched

COLUMNS = ("outcome", "place", "status", "looks", "spent", "next", "reason")


def watch(
    folder: Folder,
    as_of: AsOf = None,
    style: Format = ResultFormat.TABLE,
    engine: EngineName = EngineChoice.DUCKDB,
    engine_url: EngineUrl = "",
    memory: Memory = "",
    threads: Threads = 0,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Look at a running mission: no alarm, or an alarm for worse or for better, and what cannot be watched."""
    import msgspec

    from muster.run import watch as watched

    with bar(quiet=quiet) as progress:
        found = watched(folder, as_of=day(as_of), engine=chosen(engine, engine_url, memory, threads, progress))
    as_json = style is ResultFormat.JSON
    emit(msgspec.json.format(msgspec.json.encode(found)).decode() + "\n" if as_json else shown(found, stdout()), out)


def shown(found: "MissionWatch", console: Console) -> str:
    """The table, what may be a false alarm, and the gaps, loudest last."""
    from muster.cli.tables import table

    text = table(console, COLUMNS, [_row(one) for one in found.watched], _caption(found))
    return text + "".join(f"NOT WATCHED: {gap}\n" for gap in found.gaps)


def _row(one: "Watched") -> dict[str, object]:
    planned = len(one.used) + len(one.left)
    return {
        "outcome": one.outcome,
        "place": f"{one.place} (neighbour)" if one.about == "neighbour" else one.place,
        "status": one.status,
        "looks": f"{len(one.used)} of {planned}" if planned else "",
        "spent": f"{one.used[-1].spent:.2g} of {one.alpha:.2g}" if one.used else "",
        "next": f"period {one.left[0]}" if one.left else "",
        "reason": one.reason + (f" Left out for missing figures: {', '.join(one.incomplete)}." if one.incomplete else ""),
    }


def _caption(found: "MissionWatch") -> str:
    when = f"as of {found.as_of}" if found.as_of else "on all that is known"
    start = f"{found.start.name} on {found.start.date}" if found.start else "no start is known"
    able = sum(one.alpha is not None for one in found.watched)
    if not able:
        return f"{found.title}, {when}; {start}. Nothing can be watched."
    return (
        f"{found.title}, {when}; {start}. Series watched: {able}; the chance of any false alarm over all looks of all of them "
        f"is at most {found.ceiling:.2g}. An alarm is a reason to look closer, never a verdict."
    )
