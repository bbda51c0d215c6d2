"""
Public computer centres: libraries, older-adult, recreation and community centres (NYC Open Data cuzb-dmcd).

A centre reserved for older adults is no public access for everybody else; it stays in the table and says so. Of the
columns that are not read, `Device Loaning` and `Devices Loaned` have their names swapped upstream.
"""

from collections.abc import Mapping

import geopandas as gpd

from geo.crs import WGS84
from geo.tables import FACILITIES, first_reason
from loaders.cells import boroughs, flags, numbers, set_aside, texts, titles
from loaders.columns import other_columns, points, renamed
from loaders.dataset import Dataset, Parsed, Source
from loaders.formats import read_rows

COLUMNS = {  # ours → theirs
    "facility_id": ("oid",),
    "name": ("location_name",),
    "agency": ("oversight_agency",),
    "operator": ("operator_name",),
    "borough": ("borough",),
    "address": ("address",),
    "access": ("access_requirements",),
    "wifi": ("wi_fi_available",),
    "workstations": ("workstation",),
    "wireline_down_mbps": ("wireline_dwn",),
    "wifi_down_mbps": ("wifi_dwn",),
    "longitude": ("longitude",),
    "latitude": ("latitude",),
}
MEASURES = ["workstations", "wireline_down_mbps", "wifi_down_mbps"]
OLDER_ADULTS_ONLY = (
    r"(?i)\b(?:55|6[0-5])\s*(?:\+|(?:years )?(?:and|or) (?:over|older|above|up))|(?:seniors?|older adults) only"
)
PHONE = r"\(\d{3}-\d{3}-\d{4}\)"
ABBREVIATIONS = (
    r"ABSW|AME|AMICO|AP|ARC|BCS|CAMBA|CCNS|CI|COTHOA|DBA|FIND|HANAC|IPRE|ISC|JASA|JCC|JSPOA|JVL|KCS|NC|NSC|NYCHA|PSS|"
    r"RAIN|SAGE|SC|SCAN|SHOPP|SNAP|UJC|YM|YMCA|YWHA"
)


def parse(raws: Mapping[str, bytes]) -> Parsed:
    """Centres as points; rows without an id, a name or coordinates in the city are set aside."""
    rows = read_rows(raws["facilities"], "facilities")
    centres, read = renamed(rows, COLUMNS, "facilities")
    centres = centres.apply(texts)
    centres["name"] = titles(centres["name"].str.replace(PHONE, "", regex=True), ABBREVIATIONS)
    centres["operator"] = titles(centres["operator"], ABBREVIATIONS)
    centres["borough"], centres["wifi"] = boroughs(centres["borough"]), flags(centres["wifi"])
    centres["open_to_all_ages"] = ~centres["access"].str.contains(OLDER_ADULTS_ONLY, regex=True, na=False).astype(bool)
    centres[MEASURES] = centres[MEASURES].apply(numbers)
    centres["geometry"] = points(centres, "longitude", "latitude")
    kept, rejects = set_aside(
        centres,
        first_reason(
            centres.index,
            (centres["facility_id"].isna(), "no OID"),
            (centres["name"].isna(), "no location name"),
            (centres["geometry"].isna(), "no coordinates inside the city"),
        ),
        key="facility_id",
    )
    return Parsed(gpd.GeoDataFrame(kept, crs=WGS84), rejects, len(rows), {"facilities": other_columns(rows, read)})


DATASET = Dataset(
    table=FACILITIES,
    sources=(
        Source(
            name="facilities",
            title="Citywide Public Computer Centers",
            publisher="NYC Office of Technology and Innovation",
            page="https://data.cityofnewyork.us/d/cuzb-dmcd",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/cuzb-dmcd.json",
            files=("*public?computer?centers*", "*cuzb-dmcd*", "facilities.*"),
            cadence_days=365,
            sample="facilities.csv",
            sample_vintage="made up; counts of 2021",
            synthetic=True,
        ),
    ),
    parse=parse,
)
