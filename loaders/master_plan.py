"""
Home and mobile broadband adoption by the NTAs of 2010, from the City's Internet Master Plan of 2020 (fg5j-q5nk).

A yardstick for the scores and no part of them. It is read from a folder only: the id of the dataset could not be
confirmed on the portal. The outlines of the 2010 NTAs come with the project.
"""

from collections.abc import Mapping

import geopandas as gpd

from geo.crs import WGS84
from geo.tables import MASTER_PLAN, MASTER_PLAN_VINTAGE, first_reason
from loaders.cells import numbers, set_aside, texts
from loaders.columns import need_columns, other_columns, renamed
from loaders.dataset import Dataset, Parsed, Source
from loaders.formats import read_rows

COLUMNS = {  # ours → theirs
    "code": ("neighborhood_tabulation_area_code_nta_code",),
    "name": ("neighborhood_tabulation_area_name_nta_name",),
    "home_adoption_share": ("home_broadband_adoption_percentage_of_households",),
    "mobile_adoption_share": ("mobile_broadband_adoption_percentage_of_households",),
    "households": ("total_number_of_households",),
}
SHARES = ["home_adoption_share", "mobile_adoption_share"]


def parse(raws: Mapping[str, bytes]) -> Parsed:
    """NTAs with their outlines; an adoption of 0 (parks, airports, a jail) is upstream's way to say not known."""
    rows = read_rows(raws["master_plan"], "master_plan")
    plan, read = renamed(rows, COLUMNS, "master_plan")
    plan[["code", "name"]] = plan[["code", "name"]].apply(texts)
    plan[[*SHARES, "households"]] = plan[[*SHARES, "households"]].apply(numbers)
    plan[SHARES] = plan[SHARES].mask(plan[SHARES] == 0)
    outlines = read_rows(raws["ntas_2010"], "ntas_2010")
    need_columns(outlines, ["code", "geometry"], "ntas_2010")
    plan["geometry"] = plan["code"].map(outlines.set_index("code")["geometry"]).astype(object)
    kept, rejects = set_aside(
        plan,
        first_reason(
            plan.index, (plan["code"].isna(), "no NTA code"), (plan["geometry"].isna(), "not the code of a 2010 NTA")
        ),
        key="code",
    )
    ignored = {
        "master_plan": other_columns(rows, read),
        "ntas_2010": other_columns(outlines, ["code", "name"]),
    }
    return Parsed(gpd.GeoDataFrame(kept, crs=WGS84), rejects, len(rows), ignored, vintage=MASTER_PLAN_VINTAGE)


DATASET = Dataset(
    table=MASTER_PLAN,
    sources=(
        Source(
            name="master_plan",
            title="Internet Master Plan: Adoption and Infrastructure Data by Neighborhood",
            publisher="NYC Office of Technology and Innovation",
            page="https://data.cityofnewyork.us/d/fg5j-q5nk",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/fg5j-q5nk.json",
            files=(
                "*internet?master?plan*adoption?and?infrastructure*",
                "*internet?master?plan?by?nta*",
                "*fg5j-q5nk*",
                "master_plan.*",
            ),
            cadence_days=3650,
        ),
        Source(
            name="ntas_2010",
            title="2010 Neighborhood Tabulation Areas",
            publisher="NYC Department of City Planning",
            page="https://data.cityofnewyork.us/d/cpf4-rkhq",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/cpf4-rkhq.json",
            files=("ntas_2010.*",),
            cadence_days=3650,
            sample="ntas_2010.parquet",
            sample_vintage="2010 census",
            stands_in=True,
        ),
    ),
    parse=parse,
)
