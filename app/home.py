"""The overview page: headline figures, the five boroughs, what is made up and what is missing."""

import math
from dataclasses import dataclass
from typing import Final

from app.legend import absent, banners
from app.pages import TEMPLATES
from app.state import City

HEADING: Final = "Where New Yorkers are left without broadband"


@dataclass(frozen=True)
class Figure:
    """A headline number in words."""

    label: str
    value: str
    note: str


def draw_home(city: City) -> str:
    """The HTML of the overview page."""
    return TEMPLATES.get_template("home.html").render(
        title=HEADING,
        figures=_figures(city),
        boroughs=[
            {**row, "name": row["borough"]}
            for row in city.collections["boroughs"].frame.drop(columns="geometry").to_dict("records")
        ],
        banners=banners(city.manifest),
        absent=absent(city.manifest),
        snapshot={"id": city.snapshot.id, "created_at": city.manifest["created_at"]},
        rollout="developments" in city.collections,
        missing=[*city.manifest["method"]["missing_indicators"].values()],
        method_version=city.manifest["method"]["version"],
    )


def _figures(city: City) -> list[Figure]:
    whole, walk_m = city.whole, city.manifest["method"]["walk_m"]
    vintage = {entry["name"]: entry["vintage"] or "not stated" for entry in city.manifest["datasets"]}
    figures = [
        Figure(
            "People without broadband at home",
            _people(whole["people_without_broadband"]),
            f"{_margin(whole['people_without_broadband_moe'])}; {vintage['adoption']}",
        ),
        Figure(
            f"Residents farther than {walk_m:g} m from working public access",
            _people(whole["people_beyond_reach"]),
            f"of {_people(whole['residents'])} residents; {vintage['lots']}",
        ),
        Figure(
            "People left out: without broadband and beyond reach",
            _people(whole["people_left_out"]),
            "the two taken as independent within a neighborhood or tract",
        ),
    ]
    return [*figures, *_rollout(city)]


def _rollout(city: City) -> list[Figure]:
    if "developments" not in city.collections:
        return []
    frame = city.collections["developments"].frame
    eligible = frame[frame["eligibility"].str.startswith("eligible")]
    apartments = eligible["apartments"]
    unknown = int(apartments.isna().sum())
    note = f"{apartments.sum():,.0f} apartments" + (f"; not known for {unknown}" if unknown else "")
    return [Figure("NYCHA developments that Big Apple Connect may serve", f"{len(eligible):,}", note)]


def _people(value: float) -> str:
    return "not known" if math.isnan(value) else f"{value:,.0f}"


def _margin(value: float) -> str:
    return "margin of error not known: upstream gave none" if math.isnan(value) else f"± {value:,.0f} (90 % margin)"
