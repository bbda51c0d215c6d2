"""
Public and charter schools (NYC Open Data wg9x-4ke6), with pupils and economic need (c7ru-d68s).

The locations file holds schools that closed or never opened, and repeats rows; only open schools are kept. It also
names staff: those columns are dropped before anything is stored. The Economic Need Index is withheld for privacy
near its ends: `Above 95%` is kept as 0.95 with a note that says so.
"""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from geo.crs import WGS84
from geo.tables import SCHOOLS, first_reason
from loaders.cells import boroughs, numbers, set_aside, texts
from loaders.columns import other_columns, points, renamed
from loaders.dataset import Dataset, Parsed, Source
from loaders.formats import read_rows

COLUMNS = {  # ours → theirs
    "dbn": ("system_code",),
    "name": ("location_name",),
    "building": ("primary_building_code",),
    "address": ("primary_address_line_1",),
    "category": ("location_category_description",),
    "managed_by": ("managed_by_name",),
    "grades": ("grades_final_text",),
    "status": ("status_descriptions",),
    "longitude": ("longitude",),
    "latitude": ("latitude",),
}
SNAPSHOT_COLUMNS = {
    "dbn": ("dbn",),
    "year": ("year",),
    "pupils": ("total_enrollment",),
    "economic_need": ("economic_need_index",),
}
MEASURES = ["pupils", "economic_need_share", "economic_need_note"]
NO_SITE = "in the demographic snapshot, and not in the file of school locations"
DBN = r"\d{2}[MXKQR]\d{3}"
WITHHELD = r"(?i)^(above|below)\s+(\d+)\s*%$"


def parse(raws: Mapping[str, bytes]) -> Parsed:
    """Open schools as points, without geometry where upstream has no usable coordinates; the others are set aside."""
    rows = read_rows(raws["schools"], "schools")
    schools, read = renamed(rows, COLUMNS, "schools")
    schools = schools.apply(texts)
    schools["dbn"] = schools["dbn"].str.upper()
    status = schools["status"].str.lower()
    kept, rejects = set_aside(
        schools,
        first_reason(
            schools.index,
            (schools["dbn"].isna(), "no DBN"),
            (~schools["dbn"].str.fullmatch(DBN, na=False), "DBN is not district, borough letter and number"),
            (rows.duplicated(), "exact duplicate of an earlier row"),
            (status.isna(), "no status"),
            (status != "open", "not an open school: " + status.fillna("")),
            (schools["name"].isna(), "no name"),
        ),
        key="dbn",
    )
    kept["borough"] = boroughs(kept["dbn"].str[2])
    kept["geometry"] = points(kept, "longitude", "latitude")
    ignored, notes = {"schools": other_columns(rows, [*read, "fiscal_year"])}, _unplaced(kept)
    fiscal_years = numbers(rows.get("fiscal_year", pd.Series(dtype=object))).dropna()
    vintage = [f"sites: fiscal year {fiscal_years.max():.0f}"] if len(fiscal_years) else []
    counts = {}
    if "school_demographics" in raws:
        measures, year, ignored["school_demographics"] = read_snapshot(raws["school_demographics"])
        counts["school_demographics"] = len(measures)
        unplaced = measures.index[~measures.index.isin(schools["dbn"])]
        orphans = pd.DataFrame({"dbn": unplaced, "reason": NO_SITE}, dtype=object)
        rejects = pd.concat([rejects, orphans], ignore_index=True) if len(orphans) else rejects
        kept = kept.join(measures, on="dbn")
        vintage.append(f"pupils: school year {year}")
        absent = int((~kept["dbn"].isin(measures.index)).sum())
        notes.append(
            f"pupils and economic need are of school year {year}; it lacks {absent or 'none'} of the open schools"
        )
    else:
        kept[MEASURES] = None
        kept[MEASURES[:2]] = kept[MEASURES[:2]].astype(float)
        notes.append("no demographic snapshot: pupils and economic need are missing")
    frame = gpd.GeoDataFrame(kept, crs=WGS84)
    return Parsed(frame, rejects, len(frame) + len(rejects), ignored, tuple(notes), "; ".join(vintage), counts)


def _unplaced(schools: pd.DataFrame) -> list[str]:
    unplaced = schools[schools["geometry"].isna()]
    named = [f"{dbn} {name}" for dbn, name in zip(unplaced["dbn"], unplaced["name"], strict=True)]
    return [f"open schools without usable coordinates: {', '.join(named)}"] if named else []


def read_snapshot(raw: bytes) -> tuple[pd.DataFrame, str, list[str]]:
    """
    Pupils and economic need of the newest school year in `raw`.

    Returns
    -------
    measures, year, ignored
        `pupils`, `economic_need_share` (0–1) and `economic_need_note` by DBN; the year as upstream writes it; the
        columns not read.
    """
    rows = read_rows(raw, "school_demographics")
    schools, read = renamed(rows, SNAPSHOT_COLUMNS, "school_demographics")
    schools = schools.apply(texts)
    year = str(schools["year"].dropna().max())
    newest = schools[schools["year"] == year].drop_duplicates("dbn").set_index("dbn")
    measures = economic_need(newest["economic_need"]).assign(pupils=numbers(newest["pupils"]))
    return measures[MEASURES], year, other_columns(rows, read)


def economic_need(cells: pd.Series) -> pd.DataFrame:
    """`economic_need_share` (0–1) and `economic_need_note` from `0.84`, `84%` and `Above 95%`; index as `cells`."""
    words = texts(cells)
    bounds = words.str.extract(WITHHELD)
    shares = numbers(words)
    shares = shares.mask(words.str.endswith("%", na=False).astype(bool), shares / 100)
    notes = bounds[0].str.lower() + " " + bounds[1] + " %, withheld by upstream for privacy"
    return pd.DataFrame(
        {
            "economic_need_share": shares.fillna(numbers(bounds[1]) / 100),
            "economic_need_note": notes.astype(object).where(notes.notna(), None),
        }
    )


DATASET = Dataset(
    table=SCHOOLS,
    sources=(
        Source(
            name="schools",
            title="School Locations, 2019–2020",
            publisher="NYC Department of Education",
            page="https://data.cityofnewyork.us/d/wg9x-4ke6",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/wg9x-4ke6.json",
            files=("*school?locations*", "*wg9x-4ke6*", "schools.*"),
            cadence_days=365,
            sample="schools.csv",
            sample_vintage="made up; counts of 2019-20",
            synthetic=True,
            personal=r"principal|phone|fax|sup_name|superintendent|leader",
        ),
        Source(
            name="school_demographics",
            title="Demographic Snapshot",
            publisher="NYC Department of Education",
            page="https://data.cityofnewyork.us/d/c7ru-d68s",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/c7ru-d68s.json",
            files=("*demographic?snapshot*", "*c7ru-d68s*", "school_demographics.*"),
            cadence_days=365,
            floor=SCHOOLS.floor,
            sample="school_demographics.csv",
            sample_vintage="made up; counts of 2021-22",
            synthetic=True,
            required=False,
        ),
    ),
    parse=parse,
)
