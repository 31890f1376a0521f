"""A picture of the tree as SVG: each kind of drawing by its module."""

from markupsafe import Markup

from muster.brief.drawings import curve, lines, map, rows
from muster.brief.drawings.ink import figure
from muster.brief.drawings.records import Curve, Drawing, Lines, Map, Rows
from muster.brief.tree import Picture
from muster.brief.vega import vega


def picture_svg(picture: Picture, *, narrow: bool = False) -> Markup:
    """The picture with its title and description inside; ids carry the picture's id so that no two collide."""
    id = f"{picture.id}-narrow" if narrow else picture.id
    if isinstance(picture.drawing, Lines):
        return vega(id, picture.title, picture.description, lines.specification(picture.drawing, narrow=narrow))
    width, height, pieces = pieces_of(picture.drawing, id, narrow=narrow)
    return figure(id, picture.title, picture.description, (str(width), str(height)), pieces)


def pieces_of(drawing: Drawing, id: str, *, narrow: bool) -> tuple[int, int, list[Markup]]:
    """Width, height and the pieces of a drawing without an axis of days."""
    match drawing:
        case Rows():
            return rows.draw(drawing, narrow=narrow)
        case Curve():
            return curve.draw(drawing, narrow=narrow)
        case Map():
            return map.draw(drawing, id, narrow=narrow)
    raise TypeError(type(drawing))
