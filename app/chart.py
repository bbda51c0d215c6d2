"""A small line over time, as coordinates for an inline SVG."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

WIDTH: Final = 560.0
HEIGHT: Final = 120.0
EDGE: Final = 6.0
"""Room around the line, in the same units, so that its ends are not cut."""


def line(dates: Sequence[str], values: Sequence[float], *, most: float) -> Mapping[str, Any] | None:
    """
    The line of `values` on ISO `dates`, in order of time, over a scale from 0 to `most`.

    Returns
    -------
    line
        `width`, `height`, `points` for a polyline; `ends`, the first and the last as `x`, `y`, `date` and `value`, only
        one where they are the same; `top`, the y of `most`, and `foot`, that of 0. None where nothing is known.
    """
    known = [(date, value) for date, value in zip(dates, values, strict=True) if value == value]
    if not known:
        return None
    days = pd.to_datetime([date for date, _ in known], format="%Y-%m-%d").to_numpy().astype("datetime64[D]")
    since = (days - days[0]).astype(float)
    span = since[-1] or 1.0
    top = max(most if most == most else 0.0, max(value for _, value in known), 1.0)
    x = EDGE + since / span * (WIDTH - 2 * EDGE)
    y = HEIGHT - EDGE - np.array([value for _, value in known]) / top * (HEIGHT - 2 * EDGE)
    places = [
        {"x": round(float(right), 1), "y": round(float(down), 1), "date": date, "value": value}
        for right, down, (date, value) in zip(x, y, known, strict=True)
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "points": " ".join(f"{place['x']},{place['y']}" for place in places),
        "ends": [places[0], places[-1]] if len(places) > 1 else places,
        "most": top,
        "top": EDGE,
        "foot": HEIGHT - EDGE,
    }
