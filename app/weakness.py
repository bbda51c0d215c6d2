"""How sure a value is, by the classes of the map's colours: what the map draws dotted is what is called weak here."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def rated(value: pd.Series, low: pd.Series, high: pd.Series, bounds: Sequence[float]) -> pd.Series:
    """
    How sure each value is, in a word, by the classes that its 90 % interval reaches.

    Parameters
    ----------
    value, low, high
        Values and the ends of their intervals, three series of one index and one unit.
    bounds
        The rising inner bounds of the classes; a value equal to a bound belongs to the class above it.

    Returns
    -------
    rated
        Indexed as `value`: `good` if the interval stays in the class of the value, `fair` if it reaches the next one,
        `weak` if it reaches the one after that or farther; None where the value, its interval or every class is
        not known.
    """
    lowest, own, highest = (np.searchsorted(bounds, ends.to_numpy(float), side="right") for ends in (low, value, high))
    steps = np.maximum(own - lowest, highest - own)
    words = np.select([steps <= 0, steps == 1], ["good", "fair"], "weak")
    known = value.notna() & low.notna() & high.notna() & (len(bounds) > 0)
    return pd.Series(words, index=value.index, dtype=object).where(known, None)
