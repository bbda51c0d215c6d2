"""What one page says of a development: its numbers with their spread, its history, and where each is from."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from app.chart import line
from app.imprint import as_of, imprint
from app.pages import TEMPLATES
from app.state import City
from geo.enrollment import until
from geo.errors import NotFound
from geo.indicators import CHILDREN, INDICATORS
from geo.method import PRIORITY_WEIGHTS
from geo.priority import PARTS, parts


def draw_development(city: City, tds: str) -> str:
    """
    The HTML of the brief of one development, which prints on one page.

    Raises
    ------
    NotFound
        The snapshot has no such development.
    """
    told = development(city, tds)
    reports = told["reports"]
    chart = line(
        [report["reported"] for report in reports],
        [report["subscribers"] for report in reports],
        most=max((report["households"] for report in reports), default=0.0),
    )
    return TEMPLATES.get_template("development.html").render(**told, chart=chart, **imprint(city))


def development(city: City, tds: str) -> dict[str, Any]:
    """Everything that the brief of the development `tds` says."""
    if "developments" not in city.collections:
        raise NotFound("this snapshot has no developments")
    collection = city.collections["developments"]
    if tds not in collection.rows:
        raise NotFound(f"there is no development {tds!r}; TDS numbers have three digits, see /collections/developments")
    frame = collection.frame.set_index("tds", drop=False)
    row = plain(frame.loc[tds].drop("geometry"))
    return {
        "row": row,
        "parts": _parts(frame, tds),
        "indicators": [
            {
                "label": indicator.label,
                "share": row[f"{indicator.code}_share"],
                "moe_share": row[f"{indicator.code}_moe_share"],
            }
            for indicator in (*INDICATORS, CHILDREN)
        ],
        "reports": _reports(city, tds),
        "near": _near(city, row),
        "group": [
            {"tds": other, "name": frame.at[other, "name"]}
            for other in str(row["reported_with"] or "").split(";")
            if other in frame.index
        ],
        "standing_plan": f"/plan?{urlencode(city.plan['query'])}" if city.plan else "/plan",
        "walk_m": city.manifest["method"]["walk_m"],
        "constants": collection.constants,
        "snapshot": city.snapshot.id,
    }


def plain(row: pd.Series) -> dict[str, Any]:
    """A row of a table with None for what is missing."""
    return {str(name): value for name, value in row.astype(object).where(row.notna(), None).items()}


def _parts(frame: pd.DataFrame, tds: str) -> list[Mapping[str, Any]]:
    """The parts of a priority with weight, value (0–100) and what each adds; empty where there is no priority."""
    if tds not in frame.index[frame["priority"].notna()]:
        return []
    found = parts(frame)
    whole = sum(PRIORITY_WEIGHTS[str(name)] for name in found)
    values = {str(name): float(found[name].to_dict()[tds]) for name in found}
    return [
        {
            "label": PARTS[name],
            "weight": PRIORITY_WEIGHTS[name] / whole,
            "value": value,
            "adds": value * PRIORITY_WEIGHTS[name] / whole,
        }
        for name, value in values.items()
    ]


def _reports(city: City, tds: str) -> list[dict[str, Any]]:
    """The reports of a development up to the day of the snapshot, the newest last."""
    if city.reports is None:
        return []
    mine = until(city.reports[city.reports["tds"] == tds], as_of(city))
    return [plain(row) for _, row in mine.iterrows()]


def _near(city: City, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The nearest working kiosk and computer centre, with their names and metres."""
    found = []
    for kind, layer, name in (("kiosk", "kiosks", "address"), ("centre", "facilities", "name")):
        id, metres = row[f"nearest_{kind}"], row[f"nearest_{kind}_m"]
        if id is not None and layer in city.collections:
            sites = city.collections[layer].frame.set_index(city.collections[layer].table.key)
            found.append({"kind": kind, "id": id, "layer": layer, "name": sites.at[id, name] or id, "metres": metres})
    return found
