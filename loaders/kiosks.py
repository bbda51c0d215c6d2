"""
LinkNYC and Link5G kiosks (NYC Open Data s4kf-3yrf).

Payphones stand in the same file and are no kiosks; a kiosk that is not live serves nobody. Both stay in the table,
neither is `working`. The tract and NTA columns of the file follow 2010 boundaries and are incomplete, so places are
assigned from the coordinates. A Link5G row is a tall kiosk; it does not say that a 5G radio is inside.
"""

from collections.abc import Mapping

import geopandas as gpd

from geo.crs import WGS84
from geo.tables import KIOSKS, first_reason
from loaders.cells import boroughs, dates, set_aside, texts
from loaders.columns import other_columns, points, renamed
from loaders.dataset import Dataset, Parsed, Source
from loaders.formats import read_rows

COLUMNS = {  # ours → theirs
    "site_id": ("site_id",),
    "planned_type": ("planned_kiosk_type",),
    "status": ("installation_status",),
    "borough": ("borough",),
    "community_district": ("community_board",),
    "council_district": ("council_district",),
    "address": ("street_address",),
    "installed": ("installation_complete",),
    "activated": ("activation_complete",),
    "longitude": ("longitude",),
    "latitude": ("latitude",),
}
LIVE = "live"


def kind(planned_type: object) -> str | None:
    """`Link1.0`, `Link5G` or `payphone` from upstream's several spellings; None for anything else."""
    word = str(planned_type).lower()
    if "payphone" in word:
        return "payphone"
    return {"link1": "Link1.0", "link5": "Link5G"}.get(word[:5])


def parse(raws: Mapping[str, bytes]) -> Parsed:
    """Kiosk sites as points; rows without an id, a known type or coordinates in the city are set aside."""
    rows = read_rows(raws["kiosks"], "kiosks")
    sites, read = renamed(rows, COLUMNS, "kiosks")
    sites = sites.apply(texts)
    sites["site_id"] = sites["site_id"].str.lower()
    sites["kind"] = sites["planned_type"].map(kind).astype(object)
    sites["working"] = (sites["status"].str.lower() == LIVE) & (sites["kind"] != "payphone")
    sites["borough"] = boroughs(sites["borough"])
    sites["installed"], sites["activated"] = dates(sites["installed"]), dates(sites["activated"])
    sites["geometry"] = points(sites, "longitude", "latitude")
    kept, rejects = set_aside(
        sites,
        first_reason(
            sites.index,
            (sites["site_id"].isna(), "no Site ID"),
            (sites["kind"].isna(), "kiosk type is none of Link1.0, Link5G, payphone"),
            (sites["status"].isna(), "no installation status"),
            (sites["borough"].isna(), "no borough"),
            (sites["geometry"].isna(), "no coordinates inside the city"),
        ),
        key="site_id",
    )
    newest = kept["activated"].dropna().max() if kept["activated"].notna().any() else None
    return Parsed(
        gpd.GeoDataFrame(kept, crs=WGS84),
        rejects,
        len(rows),
        {"kiosks": other_columns(rows, read)},
        vintage=f"activations to {newest}" if newest else "",
    )


DATASET = Dataset(
    table=KIOSKS,
    sources=(
        Source(
            name="kiosks",
            title="LinkNYC Kiosk Locations",
            publisher="NYC Office of Technology and Innovation",
            page="https://data.cityofnewyork.us/d/s4kf-3yrf",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/s4kf-3yrf.json",
            files=("*linknyc*kiosk*location*", "*kiosk*location*", "*s4kf-3yrf*", "kiosks.*"),
            cadence_days=30,
            sample="kiosks.csv",
            sample_vintage="made up; counts of October 2025",
            synthetic=True,
        ),
    ),
    parse=parse,
)
