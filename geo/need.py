"""
Need of places: survey counts → shares with margins → dimensions → one number, 0–100.

Nothing here names an indicator; `geo.indicators` declares them. An indicator that the snapshot lacks for the whole
city is left out of the score everywhere; one that is missing for a single place leaves that place without a score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo import acs
from geo.indicators import (
    HOUSEHOLDS,
    INDICATORS,
    MEDIAN_INCOME,
    MIN_HOUSEHOLDS,
    NEED,
    NOT_CONNECTED,
    POPULATION,
    Indicator,
    Ratio,
)
from geo.tables import first_reason

NO_MARGINS: Final = "margins of error are not known: upstream gave none"
SOME_MARGINS: Final = "some margins of error are not known: upstream gave none, or a margin of 0 at 0 % or 100 %"


@dataclass(frozen=True)
class Basis:
    """Which indicators a snapshot can compute and how, and why it lacks the others."""

    ratios: dict[str, Ratio]
    missing: dict[str, str]

    @property
    def indicators(self) -> list[Indicator]:
        """The indicators in the score, in their declared order."""
        return [indicator for indicator in INDICATORS if indicator.code in self.ratios]

    @property
    def dimensions(self) -> list[str]:
        """The dimensions of need in the score, in their declared order."""
        used = {indicator.dimension for indicator in self.indicators}
        return [dimension.code for dimension in NEED if dimension.code in used]

    @property
    def members(self) -> dict[str, list[str]]:
        """The indicators of each dimension in the score."""
        return {
            dimension: [indicator.code for indicator in self.indicators if indicator.dimension == dimension]
            for dimension in self.dimensions
        }


def basis_of(codes: Sequence[str], missing: Mapping[str, str]) -> Basis:
    """The basis of a snapshot that was scored by the indicators `codes`."""
    return Basis(
        {indicator.code: indicator.ratios[0] for indicator in INDICATORS if indicator.code in codes}, {**missing}
    )


def basis(adoption: pd.DataFrame) -> Basis:
    """What can be scored from the variables that `adoption` has (columns such as `B28002_001E`)."""
    there = {name[:-1] for name in map(str, adoption) if name.endswith("E") and adoption[name].notna().any()}
    ratios, missing = {}, {}
    for indicator in INDICATORS:
        ratio = next((ratio for ratio in indicator.ratios if there.issuperset(ratio.variables)), None)
        if ratio:
            ratios[indicator.code] = ratio
        else:
            missing[indicator.code] = f"{indicator.label}: the survey file has no {indicator.source}"
    return Basis(ratios, missing)


def estimate(counts: pd.DataFrame, variable: str) -> acs.Estimate:
    """An ACS variable of `counts` with its margin, NaN where upstream gave none."""
    moe = counts.get(f"{variable}M", pd.Series(np.nan, index=counts.index))
    return acs.Estimate(counts[f"{variable}E"], moe)


def first_known(counts: pd.DataFrame, variables: tuple[str, ...]) -> acs.Estimate:
    """The first of `variables` that `counts` knows anywhere; all NaN where it knows none."""
    there = next((name for name in variables if f"{name}E" in counts and counts[f"{name}E"].notna().any()), None)
    if there is None:
        nothing = pd.Series(np.nan, index=counts.index)
        return acs.Estimate(nothing, nothing)
    return estimate(counts, there)


def counts_by(adoption: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """
    Counts and margins of `adoption` summed over `groups`.

    Parameters
    ----------
    adoption
        Indexed by place; columns of ACS variables.
    groups
        Place → the area that it belongs to; places that `adoption` lacks make their area's counts NaN.

    Returns
    -------
    counts
        One row an area, the columns of `adoption` that are counts: a median does not add up.
    """
    rows = adoption.reindex(groups.index)
    variables = sorted({name[:-1] for name in map(str, adoption) if name.endswith("E")} - {MEDIAN_INCOME})
    totals = {variable: acs.total_by_group(estimate(rows, variable), groups) for variable in variables}
    columns = {f"{variable}E": total.value for variable, total in totals.items()}
    columns |= {f"{variable}M": total.moe for variable, total in totals.items()}
    return pd.DataFrame(columns)


def share_of(counts: pd.DataFrame, ratio: Ratio) -> acs.Estimate:
    """The share that `ratio` describes, 0–1, with its margin; all NaN where `counts` lacks a variable of it."""
    if any(f"{variable}E" not in counts for variable in ratio.variables):
        nothing = pd.Series(np.nan, index=counts.index)
        return acs.Estimate(nothing, nothing)
    part = acs.total_of_columns(
        counts[[f"{variable}E" for variable in ratio.part]],
        pd.DataFrame({variable: estimate(counts, variable).moe for variable in ratio.part}),
    )
    found = acs.share(part, estimate(counts, ratio.whole))
    return acs.complement(found) if ratio.rest else found


def shares(counts: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """For each indicator `<code>_share`, `<code>_moe_share` (90 %), `<code>_cv_share` and `<code>_reliability`."""
    columns: dict[str, pd.Series] = {}
    for indicator in INDICATORS:
        value = moe = pd.Series(np.nan, index=counts.index)
        if ratio := basis.ratios.get(indicator.code):
            found = share_of(counts, ratio)
            value, moe = found.value, found.moe
        columns[f"{indicator.code}_share"] = value
        columns[f"{indicator.code}_moe_share"] = moe
        columns[f"{indicator.code}_cv_share"] = acs.coefficient_of_variation(acs.Estimate(value, moe))
        columns[f"{indicator.code}_reliability"] = acs.reliability(moe)
    return pd.DataFrame(columns)


def dimensions(shares: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """The dimensions of need that the basis has, 0–100: means of their indicators between the goalposts."""
    scaled = {
        indicator.code: scale(shares[f"{indicator.code}_share"], indicator.goalposts) for indicator in basis.indicators
    }
    frame = pd.DataFrame(scaled, index=shares.index)
    return pd.DataFrame(
        {dimension: frame[codes].mean(axis=1, skipna=False) for dimension, codes in basis.members.items()},
        index=shares.index,
    )


def scale(values: pd.Series, goalposts: tuple[float, float]) -> pd.Series:
    """`values` as 0–100 between the goalposts, held there beyond them."""
    low, high = goalposts
    return ((values - low) / (high - low)).clip(0, 1) * 100


def needs(counts: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """
    Everything that the survey says of each area.

    Returns
    -------
    needs
        Indexed as `counts`: `population`, `households`, the columns of `shares`, a column for each dimension of
        need (NaN where the basis lacks it or the place is not scored), `people_without_broadband` with `_moe`,
        `survey_note`, the reason where the dimensions are missing, and `margin_note`, the reason where a share has no
        margin.
    """
    population, households = first_known(counts, POPULATION), first_known(counts, HOUSEHOLDS)
    known = shares(counts, basis)
    left_out = acs.product(
        population, acs.Estimate(known[f"{NOT_CONNECTED}_share"], known[f"{NOT_CONNECTED}_moe_share"])
    )
    scored = dimensions(known, basis).reindex(columns=[dimension.code for dimension in NEED])
    few = households.value < MIN_HOUSEHOLDS
    note = first_reason(
        counts.index,
        (households.value.isna(), "the survey file has no row for this place"),
        (households.value == 0, "no households: shares are not defined here"),
        (few, f"fewer than {MIN_HOUSEHOLDS} households: too few to score"),
        (scored[basis.dimensions].isna().any(axis=1), "an indicator of need is not known here"),
    )
    return pd.DataFrame(
        {
            "population": population.value,
            "population_moe": population.moe,
            "households": households.value,
            "households_moe": households.moe,
        }
    ).join(
        [
            known,
            scored.mask(few | households.value.isna()),
            left_out.value.mask(few).rename("people_without_broadband"),
            left_out.moe.mask(few).rename("people_without_broadband_moe"),
            note.rename("survey_note"),
            _margin_note(known, basis),
        ]
    )


def _margin_note(known: pd.DataFrame, basis: Basis) -> pd.Series:
    blank = pd.DataFrame(
        {code: known[f"{code}_share"].notna() & known[f"{code}_moe_share"].isna() for code in basis.ratios},
        index=known.index,
    )
    note = first_reason(known.index, (blank.all(axis=1), NO_MARGINS), (blank.any(axis=1), SOME_MARGINS))
    return note.rename("margin_note")
