"""The numbers of a drawing as a table: the same that are drawn, none more and none less."""

from muster.brief.drawings.records import Bar, Cell, Curve, Data, Drawing, Lines, Map, Rows
from muster.brief.wording import days, plain, three


def data(drawing: Drawing) -> Data:
    """The table behind a picture."""
    match drawing:
        case Lines():
            return of_lines(drawing)
        case Rows():
            rows = tuple(((named(bar.group, bar.label), ()), told(bar, drawing.kind == "effects")) for bar in drawing.bars)
            return Data(heads=("What", "Numbers"), rows=rows)
        case Curve():
            return of_curve(drawing)
        case Map():
            return Data(
                heads=("Place", "Value"), rows=tuple(((area.name, ()), (area.text, area.cites)) for area in drawing.areas)
            )


def of_lines(lines: Lines) -> Data:
    """A row for each period, a column for each path."""
    columns = [tuple(exactly(value) for value in line.values) for line in lines.lines]
    heads = ["When", *(line.name for line in lines.lines)]
    if lines.band:
        heads.append(lines.band.name)
        columns.append(tuple(interval(*ends) for ends in zip(lines.band.low, lines.band.high, strict=True)))
    rows = ((days(*span), *cells) for span, *cells in zip(zip(lines.starts, lines.ends, strict=True), *columns, strict=True))
    return Data(heads=tuple(heads), rows=tuple(tuple((words, ()) for words in row) for row in rows))


def of_curve(curve: Curve) -> Data:
    """A row for each specification drawn: its place among all, its effect, what was chosen."""
    rows = []
    for number, (place, effect) in enumerate(zip(curve.places, curve.effects, strict=True)):
        chosen = "; ".join(choice.name for choice in curve.choices if choice.taken[number])
        mark = " (planned)" if number == curve.planned else ""
        rows.append(((f"{place:,}{mark}", ()), (exactly(effect), ()), (chosen, ())))
    return Data(heads=(f"Place of {curve.total:,}", "Effect", "Choices"), rows=tuple(rows))


def named(group: str, label: str) -> str:
    """A row's name under its heading."""
    return f"{group}: {label}" if group else label


def told(bar: Bar, is_effect: bool) -> Cell:
    """A row's numbers; of an estimate that cannot be relied on it is said."""
    return (f"{bar.text}, cannot be told" if is_effect and not bar.told else bar.text, bar.cites)


def exactly(value: float | None) -> str:
    """A value to two decimals, a small one to three digits; a dash for none."""
    if value is None:
        return "–"
    return plain(value) if abs(value) >= 1 else three(value)


def interval(low: float | None, high: float | None) -> str:
    """Both ends in words; a dash where there is no interval."""
    if low is None and high is None:
        return "–"
    if low is None:
        return f"up to {exactly(high)}"
    return f"at least {exactly(low)}" if high is None else f"{exactly(low)} to {exactly(high)}"
