"""What one page says of a development: its numbers with their spread, its history, and where each is from."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from markupsafe import Markup

from app.amounts import count
from app.chart import line
from app.imprint import as_of, imprint
from app.language import _, ngettext
from app.pages import draw
from app.retold import told
from app.state import City
from geo.enrollment import until
from geo.errors import NotFound
from geo.indicators import CHILDREN, INDICATORS
from geo.method import PRIORITY_WEIGHTS
from geo.priority import PARTS, parts


def draw_development(city: City, tds: str, *, panel: bool = False) -> str:
    """
    The HTML of the brief of one development, which prints on one page; for a `panel` the article alone.

    Raises
    ------
    NotFound
        The snapshot has no such development.
    """
    known = development(city, tds)
    for part in (*known["parts"], *known["indicators"]):
        part["label"] = _(part["label"])
    reports = known["reports"]
    chart = line(
        [report["reported"] for report in reports],
        [report["subscribers"] for report in reports],
        most=max((report["households"] for report in reports), default=0.0),
    )
    return draw(
        "development_panel.html" if panel else "development.html",
        **known,
        panel=panel,
        under=under(known["row"]),
        summary=summary(known["row"]) if panel else None,
        bbox=bbox(city, tds),
        chart=chart,
        **imprint(city),
    )


def bbox(city: City, tds: str) -> list[float] | None:
    """West, south, east and north of the outline of a development in EPSG:4326; None where it is not known."""
    collection = city.collections["developments"]
    outline = collection.frame.geometry.iloc[collection.rows[tds]]
    return None if outline is None or outline.is_empty else [round(bound, 6) for bound in outline.bounds]


def under(row: Mapping[str, Any]) -> Markup:
    """Where a development is and how large, what stands under its name."""
    homes = apartments(row)
    if row["residents"] is not None:
        residents = ngettext("{n} resident", "{n} residents", int(row["residents"]))
        homes = _("{apartments}, {residents}").format(
            apartments=homes, residents=residents.format(n=count(row["residents"]))
        )
    parts = [
        row["borough"] or _("Borough not known"),
        _("community district {number}").format(number=row["community_district"] or _("not known")),
        _("council district {number}").format(number=row["council_district"] or _("not known")),
        homes,
    ]
    if row["senior"]:
        parts.append(Markup(_("{which} for older adults")).format(which=told(row["senior"])))
    if row["completed"]:
        parts.append(_("completed {year}").format(year=row["completed"][:4]))
    return Markup(_("; ")).join(parts)


def apartments(row: Mapping[str, Any]) -> str:
    """How many apartments a development has."""
    if row["apartments"] is None:
        return _("apartments not known")
    return ngettext("{n} apartment", "{n} apartments", int(row["apartments"])).format(n=count(row["apartments"]))


def summary(row: Mapping[str, Any]) -> Markup:
    """A development in one sentence: whether it may be served, its priority and its size."""
    if row["priority"] is None:
        priority: str = Markup(_("no priority ({why})")).format(why=told(row["changes"]))
    elif row["priority_low"] is None:
        priority = _("priority {number} of 100, interval not known").format(number=count(row["priority"], 1))
    else:
        priority = _("priority {number} of 100, 90 % interval {low} to {high}").format(
            number=count(row["priority"], 1), low=count(row["priority_low"], 1), high=count(row["priority_high"], 1)
        )
    return Markup(_("{name}: {eligibility}; {priority}; {apartments}.")).format(
        name=row["name"], eligibility=told(row["eligibility"]), priority=priority, apartments=apartments(row)
    )


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
        "standing_plan": f"/plan?{urlencode(city.plan['query'])}" if city.plan and city.plan["query"] else "/plan",
        "walk_m": city.manifest["method"]["walk_m"],
        "constants": collection.constants,
        "snapshot": city.snapshot.id,
    }


def plain(row: pd.Series) -> dict[str, Any]:
    """A row of a table with None for what is missing."""
    return {str(name): value for name, value in row.astype(object).where(row.notna(), None).items()}


def _parts(frame: pd.DataFrame, tds: str) -> list[dict[str, Any]]:
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
    return [plain(row) for at, row in mine.iterrows()]


def _near(city: City, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The nearest working kiosk and computer centre, with their names and metres."""
    found = []
    for kind, layer, name in (("kiosk", "kiosks", "address"), ("centre", "facilities", "name")):
        id, metres = row[f"nearest_{kind}"], row[f"nearest_{kind}_m"]
        if id is not None and layer in city.collections:
            sites = city.collections[layer].frame.set_index(city.collections[layer].table.key)
            found.append({"kind": kind, "id": id, "layer": layer, "name": sites.at[id, name] or id, "metres": metres})
    return found
