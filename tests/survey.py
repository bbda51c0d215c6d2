"""
A made-up survey at full size: 2,325 tracts and the five indicators, estimates with margins. No number in it is real.

The columns are Census variables, as the live service answers. One hidden poverty of each tract drives its shares; of
every nine households one is asked, and margins follow from how many were. Zero estimates occur, and have a margin.
"""

import numpy as np
import pandas as pd

from geo.acs import Z90
from geo.gaps import score
from geo.indicators import REACH
from geo.need import Basis, basis, counts_by, needs

TRACTS = 2325
SEED = 7
ZERO_MOE = 14.0
"""Of an estimate of 0, about what the Census Bureau gives to a tract."""
ASKED_SHARE, DESIGN_EFFECT, WHOLE_MOE = 1 / 9, 1.5, 0.06
POOR_BANDS = (0.35, 0.25, 0.15, 0.25)


def adoption(tracts: int = TRACTS, *, moe_factor: float = 1.0) -> pd.DataFrame:
    """A table `adoption` by tract, the same in every call but for `moe_factor`, which all margins are multiplied by."""
    random = np.random.default_rng(SEED)
    households = random.lognormal(7.1, 0.45, tracts).round() + 40
    people = (households * random.normal(2.5, 0.35, tracts).clip(1.4)).round()
    poverty = random.normal(0, 1, tracts)
    universes = {"households": households, "people": people}
    parts = {  # universe, share at the mean, effect of poverty and of chance on the logit
        "offline": ("households", 0.10, 0.55, 0.45),
        "not_fixed": ("households", 0.16, 0.55, 0.45),
        "no_computer": ("households", 0.04, 0.60, 0.60),
        "poor": ("people", 0.20, 0.70, 0.40),
        "aged": ("people", 0.15, -0.10, 0.40),
    }
    columns: dict[str, np.ndarray] = {}

    def put(variable: str, value: np.ndarray, whole: np.ndarray) -> None:
        asked = whole * ASKED_SHARE / DESIGN_EFFECT
        share = value / whole
        moe = Z90 * whole * np.sqrt(share * (1 - share) / asked)
        columns[f"{variable}E"] = value
        columns[f"{variable}M"] = moe_factor * np.where(value > 0, np.hypot(moe, share * WHOLE_MOE * whole), ZERO_MOE)

    found = {}
    for name, (universe, mean, by_poverty, by_chance) in parts.items():
        logit = np.log(mean / (1 - mean)) + by_poverty * poverty + random.normal(0, by_chance, tracts)
        size = universes[universe]
        asked = np.maximum((size * ASKED_SHARE / DESIGN_EFFECT).astype(int), 1)
        found[name] = (random.binomial(asked, 1 / (1 + np.exp(-logit))) / asked * size).round()
    found["not_fixed"] = np.minimum(found["offline"] + found["not_fixed"], households)
    put("B28002_004", households - found["offline"], households)
    put("B28002_007", households - found["not_fixed"], households)
    put("B28001_011", found["no_computer"], households)
    bands = random.multinomial(found["poor"].astype(int), POOR_BANDS).astype(float)
    for at, variable in enumerate(("C17002_002", "C17002_003", "C17002_004", "C17002_005")):
        put(variable, bands[:, at], people)
    put("DP05_0024", found["aged"], people)
    for variable, whole in {
        **dict.fromkeys(("B28002_001", "B28001_001"), households),
        **dict.fromkeys(("B01003_001", "C17002_001", "DP05_0001"), people),
    }.items():
        columns[f"{variable}E"] = whole
        columns[f"{variable}M"] = moe_factor * WHOLE_MOE * whole
    places = [f"36{(5, 47, 61, 81, 85)[at % 5]:03d}{at:06d}" for at in range(tracts)]
    return pd.DataFrame({"place": places, "geography": "tract", **columns})


def scored(adoption: pd.DataFrame) -> tuple[pd.DataFrame, Basis]:
    """The tracts of `adoption` with shares, dimensions, a made-up reach, need, supply and gap; and their basis."""
    counts = adoption.set_index("place").drop(columns="geography")
    found = basis(counts)
    areas = needs(counts_by(counts, pd.Series(counts.index, index=counts.index)), found)
    reach = np.random.default_rng(SEED + 1).beta(0.6, 0.9, len(areas))
    areas[REACH.code] = 100 * (1 - reach)
    return areas.join(score(areas[[*found.dimensions, REACH.code]])), found
