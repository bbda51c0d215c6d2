"""The methods page: what the score is, how sure it is, and what it does not say, from the declarations of the code."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from app.legend import absent, banners
from app.pages import TEMPLATES
from app.state import City
from geo.acs import FAIR_MOE_SHARE, GOOD_MOE_SHARE
from geo.areas import members, nested
from geo.example import worked
from geo.gaps import WEIGHTS
from geo.indicators import BASE_VINTAGE, CHILDREN, INDICATORS, MIN_HOUSEHOLDS, NEED, REACH
from geo.method import BANDS, PRESETS_M, PRIORITY_WEIGHTS, UNCONNECTED_GOALPOSTS
from geo.need import basis, counts_by
from geo.priority import PARTS
from geo.ranks import TIERS
from geo.rollout_terms import SOURCES, Terms
from geo.sensitivity import VARIANTS
from geo.simulation import CONCENTRATION

EXAMPLE: Final = "BX0101"
"""Mott Haven-Port Morris: where Big Apple Connect began. Where it has no score, the widest gap is shown."""

SILENT_ON: Final = (
    "Whether service is offered. Providers report nearly all of the city as served, which separates nothing.",
    "Why a household has no broadband. In some communities that is a choice, and the survey does not ask.",
    "How far the walk is. Reach is a straight line to a lot's one point, for developments to their grounds.",
    "Whether a kiosk has 5G: a Link5G row is a tall kiosk. One within 400 m is a place to go to, not Wi-Fi at home.",
    "Opening hours, rules and the present state of computer centres: some ask for a card, a membership or an age.",
    "The need of a development's residents. The survey does not count developments: theirs is the need of the place.",
    "The exact number of people without broadband: population times a share of households is rather too high.",
    "Errors other than sampling: who does not answer a survey, and what changed since.",
    "Which weights are right. Goalposts and equal weights are choices, stated and fixed.",
)


def draw_methods(city: City) -> str:
    """The HTML of the methods page."""
    method, findings = city.manifest["method"], city.manifest["findings"]
    return TEMPLATES.get_template("methods.html").render(
        banners=banners(city.manifest),
        absent=absent(city.manifest),
        indicators=INDICATORS,
        missing=method["missing_indicators"],
        dimensions=[*NEED, REACH],
        used=method["dimensions"],
        weights=WEIGHTS,
        base_vintage=BASE_VINTAGE,
        min_households=MIN_HOUSEHOLDS,
        walk_m=method["walk_m"],
        presets=PRESETS_M,
        bands=BANDS,
        reliability=(GOOD_MOE_SHARE, FAIR_MOE_SHARE),
        tiers=TIERS,
        concentration=CONCENTRATION,
        variants=VARIANTS,
        findings=findings,
        tier_counts=_counts(city, "tier"),
        cluster_counts=_counts(city, "cluster"),
        equity=city.equity.astype(object).where(city.equity.notna(), None).to_dict("records"),
        example=_example(city),
        priority_weights=PRIORITY_WEIGHTS,
        priority_parts=PARTS,
        unconnected_goalposts=UNCONNECTED_GOALPOSTS,
        children=CHILDREN,
        terms=Terms(),
        term_sources=SOURCES,
        silent_on=SILENT_ON,
        sources=city.manifest["datasets"],
        version=method["version"],
        snapshot=city.snapshot.id,
    )


def _counts(city: City, column: str) -> dict[str, int]:
    """How many NTAs have each value of `column`, most first."""
    return {str(name): int(count) for name, count in city.collections["ntas"].frame[column].value_counts().items()}


def _example(city: City) -> Mapping[str, Any] | None:
    """One NTA from raw counts to its tier, None where no NTA has a gap."""
    ntas = city.collections["ntas"].frame.set_index("nta", drop=False)
    scored = ntas[ntas["gap"].notna()]
    if scored.empty:
        return None
    area = scored.loc[EXAMPLE if EXAMPLE in scored.index else scored["gap"].idxmax()]
    adoption = city.snapshot.table("adoption")
    surveyed = f"{adoption['geography'].iloc[0]}s"
    adoption = adoption.set_index("place").drop(columns="geography")
    groups = members(nested(city.collections["tracts"].frame), surveyed, "ntas")
    mine = groups[groups == area["nta"]]
    steps, need = worked(counts_by(adoption, mine), area, basis(adoption))
    plain = {name: None if value is None or pd.isna(value) else value for name, value in area.drop("geometry").items()}
    return {
        "area": plain,
        "steps": steps,
        "need": need,
        "pieces": len(mine),
        "surveyed": surveyed,
        "ranked": len(scored),
    }
