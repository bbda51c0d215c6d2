"""Numbers of a picture in words: values, classes, and the lengths of the bars of its scale."""

from itertools import pairwise

from app.amounts import count, share
from app.language import _
from app.map import Measure
from app.picture.shading import bounds
from app.picture.view import MILE_M


def amount(measure: Measure, value: float, decimals: int | None = None) -> str:
    """A value of a measure with its unit."""
    places = measure.decimals if decimals is None else decimals
    return share(value, places) if measure.unit == "share" else count(value, places)


def ranges(measure: Measure, layer: str) -> list[str]:
    """The classes in words: `under 20`, `20 – 40`, `40 or more`."""
    inner = bounds(measure, layer)
    factor = 100 if measure.unit == "share" else 1
    whole = all(round(bound * factor, 6).is_integer() for bound in inner)
    marks = [amount(measure, bound, 0 if whole else None) for bound in inner]
    if not marks:
        return [_("all values")]
    between = [_("{low} – {high}").format(low=low, high=high) for low, high in pairwise(marks)]
    return [_("under {mark}").format(mark=marks[0]), *between, _("{mark} or more").format(mark=marks[-1])]


def scale_words(metric_m: float, imperial_m: float) -> tuple[str, str]:
    """The lengths of two bars in words: `5 km` or `200 m`, and `2 mi`."""
    kilometres = metric_m >= 1000
    miles = round(imperial_m / MILE_M, 6)
    decimals = 0 if miles >= 1 else 1 if miles >= 0.1 else 2
    return (
        _("{n} km").format(n=count(metric_m / 1000)) if kilometres else _("{n} m").format(n=count(metric_m)),
        _("{n} mi").format(n=count(miles, decimals)),
    )
