"""The methods page: what the score is, how sure it is, and what it does not say, from the declarations of the code."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import pandas as pd

from app.amounts import count, share
from app.language import N_, _
from app.legend import banners
from app.pages import draw
from app.retold import BETWEEN
from app.said import apart, english, first, inside, listed
from app.state import City
from geo.acs import FAIR_MOE_SHARE, GOOD_MOE_SHARE
from geo.areas import members, nested
from geo.equity import RANKED
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

NBSP: Final = "\u00a0"
UNDEFINED: Final = "not defined: "
PARTS_OF_GAP: Final = {dimension.code: dimension.label for dimension in (*NEED, REACH)}
EXAMPLE: Final = "BX0101"
"""Mott Haven-Port Morris: where Big Apple Connect began. Where it has no score, the widest gap is shown."""

AREA_NAMES: Final = {
    "tracts": N_("census tracts"),
    "ntas": N_("neighborhoods"),
    "cdtas": N_("community districts"),
    "boroughs": N_("boroughs"),
}
FACTORS: Final = {
    "sampling": N_("the survey’s sampling"),
    "weights": N_("weights"),
    "normalisation": N_("normalisation"),
}
"""What moves ranks, by the names of the findings."""

SILENT_ON: Final = (
    N_("Whether service is offered. Providers report nearly all of the city as served, which separates nothing."),
    N_("Why a household has no broadband. In some communities that is a choice, and the survey does not ask."),
    N_("How far the walk is. Reach is a straight line to a lot's one point, for developments to their grounds."),
    N_(
        "Whether a kiosk has 5G: a Link5G row is a tall kiosk. One within 400 m is a place to go to, not Wi-Fi at home."
    ),
    N_("Opening hours, rules and the present state of computer centres: some ask for a card, a membership or an age."),
    N_(
        "The need of a development's residents. "
        "The survey does not count developments: theirs is the need of the place."
    ),
    N_("The exact number of people without broadband: population times a share of households is rather too high."),
    N_("Errors other than sampling: who does not answer a survey, and what changed since."),
    N_("Which weights are right. Goalposts and equal weights are choices, stated and fixed."),
)


def draw_methods(city: City) -> str:
    """The HTML of the methods page."""
    method, findings = city.manifest["method"], city.manifest["findings"]
    example = _example(city)
    return draw(
        "methods.html",
        banners=banners(city.manifest),
        indicators=INDICATORS,
        missing=method["missing_indicators"],
        part_of=PARTS_OF_GAP,
        used=method["dimensions"],
        base_vintage=BASE_VINTAGE,
        min_households=MIN_HOUSEHOLDS,
        walk_m=method["walk_m"],
        reliability=(GOOD_MOE_SHARE, FAIR_MOE_SHARE),
        tiers=TIERS,
        concentration=CONCENTRATION,
        variants=VARIANTS,
        findings=findings,
        tier_counts=_counts(city, "tier"),
        equity=_equity(city.equity),
        example=example,
        lists=_lists(city, example),
        area_names={name: _(words) for name, words in AREA_NAMES.items()},
        unconnected_goalposts=UNCONNECTED_GOALPOSTS,
        children=CHILDREN,
        terms=Terms(),
        term_sources=SOURCES,
        silent_on=SILENT_ON,
        sources=city.manifest["datasets"],
        version=method["version"],
        snapshot=city.snapshot.id,
        say=_,
        english=english,
        first=first,
    )


def _equity(ledger: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of the ledger, None for what is not known, each with why its value is not known."""
    rows: list[dict[Any, Any]] = ledger.astype(object).where(ledger.notna(), None).to_dict("records")
    known = {(row["measure"], row["index"]) for row in rows if row["value"] is not None}
    return [row | {"why_unknown": _why_unknown(row, known) if row["value"] is None else None} for row in rows]


def _why_unknown(row: Mapping[str, Any], known: Collection[tuple[str, str]]) -> str:
    """Why an index has no value, as `geo.equity` says it; the note of what is counted says other things."""
    said = next((part for part in (row["note"] or "").split(BETWEEN) if part.startswith(UNDEFINED)), "")
    if said or (row["measure"], "gini") not in known:
        return said or f"{UNDEFINED}nobody has any of it"
    why = "no area has an income to rank it by" if row["index"] in RANKED else "the worst-served 40 % have none of it"
    return f"{UNDEFINED}{why}"


def _lists(city: City, example: Mapping[str, Any] | None) -> dict[str, str]:
    """What the page lists inside its sentences, in words; empty where the snapshot has nothing of it."""
    method, findings = city.manifest["method"], city.manifest["findings"]
    used = [code for code in PARTS_OF_GAP if code in method["dimensions"] and code != REACH.code]
    clusters = _counts(city, "cluster")
    return {
        "need": apart(map(_part, used)),
        "weights": listed(_weight(code, code in method["dimensions"]) for code in PARTS_OF_GAP),
        "presets": listed(
            _("{name} ({metres})").format(name=_(name), metres=_metres(radius)) for name, radius in PRESETS_M.items()
        ),
        "bands": listed(_("{weight} to {metres}").format(weight=weight, metres=_metres(to)) for to, weight in BANDS),
        "variance": listed(
            _("{share} for {factor}").format(share=_whole(value), factor=_(FACTORS[factor]))
            for factor, value in findings["variance"]["ntas"].items()
        ),
        "example": listed(f"{_part(code)} {count(value, 1)}" for code, value in example["need"].items())
        if example
        else "",
        "geographies": listed(_within(pair, value) for pair, value in findings["geography_correlations"].items()),
        "agreement": apart(
            _agreement(code, found)
            for code, found in findings.get("agreement", {}).items()
            if isinstance(found, Mapping)
        ),
        "clusters": listed(f"{_(label)} {number}" for label, number in clusters.items()) or _("none"),
        "priority": listed(f"{_whole(weight)} {_(PARTS[part])}" for part, weight in PRIORITY_WEIGHTS.items()),
    }


def _part(code: str) -> str:
    """A part of the gap as it stands inside a sentence."""
    return inside(_(PARTS_OF_GAP[code]))


def _weight(code: str, used: bool) -> str:
    told = f"{_part(code)} {WEIGHTS[code]:g}"
    return told if used else _("{part} (not in this snapshot)").format(part=told)


def _within(pair: str, value: float) -> str:
    """How far areas stand in the order of the larger ones around them; `pair` is `tracts in ntas`, say."""
    small, large = (_(AREA_NAMES[name]) for name in pair.split(" in "))
    return _("{small} in {large} {correlation}").format(small=small, large=large, correlation=count(value, 2))


def _agreement(code: str, found: Mapping[str, float]) -> str:
    label = next((inside(_(each.label)) for each in INDICATORS if each.code == code), _("need"))
    ends = {name: count(found[name], 2) for name in ("rho", "low", "high")}
    return _("{indicator} {rho} (90\u00a0% interval {low} to {high})").format(indicator=label, **ends)


def _metres(radius: float) -> str:
    return f"{radius:g}{NBSP}m"


def _whole(value: float) -> str:
    """A share in whole per cent."""
    return share(value, 0).replace(" %", f"{NBSP}%")


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
