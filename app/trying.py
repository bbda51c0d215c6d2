"""Scores under weights and a reach that somebody tries: read from an address, answered with what moved."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from app.language import N_
from app.state import City
from geo.areas import KEYS
from geo.errors import BadQuery
from geo.gaps import WEIGHTS
from geo.indicators import NEED, REACH
from geo.method import RANKED, radii, reach_column
from geo.need import basis_of
from geo.published import DECIMALS
from geo.whatif import Trial, kept_share, trial, tried

GEOGRAPHY: Final = "geography"
WALK: Final = "walk_m"
MOST: Final = 100.0
"""The greatest weight; only proportions count."""

NO_TIERS: Final = N_("no tiers here: the survey file has no margins for these areas")


@dataclass(frozen=True)
class Terms:
    """
    What is tried.

    Attributes
    ----------
    weights
        Dimension → weight as it was given, the declared one where none was.
    """

    geography: str
    weights: Mapping[str, float]
    walk_m: float


def read_terms(given: Mapping[str, str], city: City) -> Terms:
    """
    The terms that parameters name.

    Raises
    ------
    BadQuery
        An unknown geography or radius, or weights that are none.
    """
    geography = given.get(GEOGRAPHY, "ntas")
    if geography not in RANKED:
        raise BadQuery(f"{GEOGRAPHY}: found {geography!r}, expected one of: {', '.join(RANKED)}")
    names = dimensions(city)
    weights = {name: _weight(given, name) for name in names}
    if not any(weights[name] for name in names if name != REACH.code):
        raise BadQuery(
            f"{', '.join(name for name in names if name != REACH.code)}: all are 0; a dimension of need must weigh"
        )
    return Terms(geography, weights, _walk(given, city))


def dimensions(city: City) -> tuple[str, ...]:
    """The dimensions that this snapshot is scored by, those of need first."""
    used = city.manifest["method"]["dimensions"]
    return tuple(dimension.code for dimension in (*NEED, REACH) if dimension.code in used)


def trial_of(city: City, geography: str) -> Trial:
    """The areas of a geography, ready to be scored under any terms."""
    method = city.manifest["method"]
    areas = city.collections[geography].frame.set_index(KEYS[geography])
    return trial(areas, basis_of(method["indicators"], method["missing_indicators"]))


def answer(city: City, made: Trial, terms: Terms) -> dict[str, Any]:
    """
    The scores under `terms`, what moved, and the share of the published tiers that stays.

    Areas come as columns of equal length, `id` among them; what is not known is null.
    """
    frame = city.collections[terms.geography].frame.set_index(KEYS[terms.geography])
    beyond = 100 * (1 - frame[reach_column("any", terms.walk_m)])
    found = tried(made, terms.weights, beyond)
    published = frame.loc[found.index]
    kept = kept_share(published["tier"], found["tier"])
    moved = found["tier"].notna() & published["tier"].notna() & (found["tier"] != published["tier"])
    names = published["name"] if "name" in published else pd.Series(found.index, index=found.index)
    return {
        "geography": terms.geography,
        "weights": _shares(terms.weights),
        "walk_m": terms.walk_m,
        "published": {
            "weights": {
                name: round(WEIGHTS[name] / sum(WEIGHTS[n] for n in terms.weights), 4) for name in terms.weights
            },
            "walk_m": city.manifest["method"]["walk_m"],
        },
        "kept_tiers_share": None if math.isnan(kept) else round(kept, 4),
        "note": NO_TIERS if math.isnan(kept) else None,
        "moved": [
            {"id": id, "name": names[id], "from": published["tier"][id], "to": found["tier"][id]}
            for id in found.index[moved]
        ],
        "areas": {
            "id": [*found.index],
            **{name: _column(found[name]) for name in ("need", "supply", "gap")},
            "tier": [*found["tier"]],
        },
        "method_version": city.manifest["method"]["version"],
        "snapshot": city.snapshot.id,
    }


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: round(weight / sum(weights.values()), 4) for name, weight in weights.items()}


def _column(values: pd.Series) -> list[float | None]:
    rounded = values.round(DECIMALS["points"])
    return rounded.astype(object).where(np.isfinite(rounded), None).tolist()


def _weight(given: Mapping[str, str], name: str) -> float:
    text = given.get(name)
    if text is None:
        return WEIGHTS[name]
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 <= weight <= MOST:
        raise BadQuery(f"{name}: found {text!r}, expected a weight from 0 to {MOST:g}")
    return weight


def _walk(given: Mapping[str, str], city: City) -> float:
    declared = city.manifest["method"]["walk_m"]
    text = given.get(WALK)
    known = radii(declared)
    if text is None:
        return float(declared)
    found = next((radius for radius in known if f"{radius:g}" == text), None)
    if found is None:
        raise BadQuery(f"{WALK}: found {text!r}, expected one of: {', '.join(f'{radius:g}' for radius in known)}")
    return found
