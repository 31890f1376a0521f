"""Where the labels of a chart go: near their points, apart from each other, inside the picture."""

from dataclasses import dataclass
from typing import Literal

LINE = 13.0  # pixels from one line of 11 px text to the next
LETTER = 6.3  # the mean width of a letter in it
STEPS = 5  # how many lines a label may be moved away from its point


@dataclass(frozen=True)
class Label:
    """Words for a point that reaches from ``y`` down to ``below``, in pixels from the plot's upper left corner.

    ``beside``: the words begin at ``x``; otherwise they are centred over it. ``under``: they may stand below the point too.
    """

    text: str
    x: float
    y: float
    below: float
    color: str
    beside: bool
    under: bool = True


@dataclass(frozen=True)
class Place:
    """A label with the middle of its line and the side on which its words begin."""

    label: Label
    x: float
    y: float
    align: Literal["left", "center", "right"]

    def touches(self, other: "Place") -> bool:
        """Whether two labels would be hard to tell apart."""
        return (
            abs(self.y - other.y) < LINE
            and self.left < other.left + other.width + 4
            and other.left < self.left + self.width + 4
        )

    @property
    def width(self) -> float:
        """The width of the words."""
        return LETTER * len(self.label.text)

    @property
    def left(self) -> float:
        """Where the words begin."""
        return self.x - self.width * {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]


def placed(labels: list[Label], width: float, height: float) -> list[Place]:
    """A place for each label, first come first served; one that fits nowhere is left out (the data table holds it)."""
    places: list[Place] = []
    for label in labels:
        fits = (place for place in tries(label, width, height) if not any(place.touches(other) for other in places))
        place = next(fits, None)
        places += [place] if place else []
    return places


def tries(label: Label, width: float, height: float) -> list[Place]:
    """Above the point, then under it, then a line farther and so on, inside the picture."""
    x, align = side(label, width)
    above = [label.y - 0.75 * LINE - step * LINE for step in range(STEPS)]
    under = [label.below + 0.75 * LINE + step * LINE for step in range(STEPS)]
    both = [y for pair in zip(above, under, strict=True) for y in pair] if label.under else above
    heights = [label.y, *under] if label.y < LINE else both
    return [Place(label, x, y, align) for y in heights if LINE / 2 <= y <= height - LINE / 2]


def side(label: Label, width: float) -> tuple[float, Literal["left", "center", "right"]]:
    """Where the words begin: beside or over the point, turned back at the edges."""
    room = LETTER * len(label.text)
    right_edge = label.x + (room if label.beside else room / 2)
    if right_edge > width:
        return min(label.x - 8 if label.beside else width, width), "right"
    if label.beside or label.x < room / 2:
        return label.x, "left"
    return label.x, "center"
