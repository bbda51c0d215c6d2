"""
The made-up layers of the sample: kiosks, schools with their pupils, and public computer centres.

    python data/make_synthetic.py

No row describes a real place. Totals follow published counts, positions are drawn from real residential lots (of
`lots.parquet`) and moved a few metres, so that they fall on land and where people live. Each row can be told: site
ids begin with `sy-`, DBNs with district 00, ids of centres with `syn-`; names say "Synthetic", addresses "made up".
The same seed gives the same bytes on any machine: only plain uniform numbers of PCG64 are used.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import METRES, WGS84

HERE = Path(__file__).parent
SEED = 2026
OFF_LOT_M = 15.0
MOST_HOMES = 100
"""What one lot counts at most when places are drawn, so that a tower does not draw several."""

BOROUGHS = {"Manhattan": "1M", "Bronx": "2X", "Brooklyn": "3K", "Queens": "4Q", "Staten Island": "5R"}
"""The digit of a borough in codes of places, and its letter in codes of schools."""
KINDS = ("Link1.0", "Link5G_Ad", "Public Payphones")
SITES = {  # borough → sites of each kind
    "Manhattan": (1206, 20, 4),
    "Queens": (308, 90, 0),
    "Brooklyn": (299, 57, 0),
    "Bronx": (186, 30, 0),
    "Staten Island": (42, 8, 0),
}
NOT_LIVE = 13
WITHOUT_SCREEN = 55
MANHATTAN_SHARES = (0.07, 0.11, 0.06, 0.12, 0.17, 0.11, 0.10, 0.12, 0.03, 0.04, 0.04, 0.03)
"""How Manhattan's kiosks crowd into its business districts, CDTAs MN01 to MN12: a guess."""
SCHOOLS = {"Brooklyn": 572, "Bronx": 451, "Queens": 381, "Manhattan": 357, "Staten Island": 82}
PUPILS = 1_003_629
CATEGORIES = (  # share of schools up to here, category, grades, relative size
    (0.41, "Elementary", "PK,0K,01,02,03,04,05", 1.0),
    (0.64, "High school", "09,10,11,12", 1.2),
    (0.80, "Junior High-Intermediate-Middle", "06,07,08", 0.9),
    (0.92, "K-8", "0K,01,02,03,04,05,06,07,08", 1.2),
    (1.00, "Secondary School", "06,07,08,09,10,11,12", 1.3),
)
CHARTER_SHARE = 0.14
SHARED_BUILDING_SHARE = 0.3
NEED_WITHHELD = 0.95
CENTRES = {  # agency → centres, boroughs, kind of place, who may use it
    "Department for the Aging": (159, (), "older-adult centre", "60+ years of age"),
    "New York Public Library": (92, ("Manhattan", "Bronx", "Staten Island"), "library", "All ages; library card"),
    "Queens Library": (74, ("Queens",), "library", "All ages; library card"),
    "Department of Youth and Community Development": (70, (), "community centre", "All ages; some hours for youth"),
    "Brooklyn Public Library": (59, ("Brooklyn",), "library", "All ages; library card"),
    "Department of Parks and Recreation": (33, (), "recreation centre", "All ages; membership"),
    "New York City Housing Authority": (21, (), "NYCHA computer room", "Registration with the programme"),
}
WITHOUT_WIFI = 62
SPEEDS_MBPS = (20, 50, 90, 100, 200, 400)


def read_lots() -> gpd.GeoDataFrame:
    """
    The residential lots by BBL: points in EPSG:4326 with borough, NTA, CDTA and `outline` of their tract.

    `homes` are a lot's units as weights: none where upstream only spread people over it (parks, airports).
    """
    lots = pd.read_parquet(HERE / "lots.parquet")
    tracts = pd.read_parquet(HERE / "tracts.parquet")
    outlines = gpd.GeoDataFrame(
        tracts[["boroname", "nta2020", "ntaname", "cdta2020"]], geometry=shapely.from_wkb(tracts["geometry"]), crs=WGS84
    )
    points = gpd.GeoDataFrame(lots, geometry=gpd.points_from_xy(lots["longitude"], lots["latitude"]), crs=WGS84)
    joined = gpd.sjoin(points, outlines, predicate="within")
    joined["homes"] = joined["units"].clip(upper=MOST_HOMES).where(joined["units"] >= 1, 0.0)
    joined["outline"] = outlines.geometry.to_numpy()[joined.pop("index_right")]
    return joined.sort_values("bbl")


def scatter(rng: np.random.Generator, lots: gpd.GeoDataFrame, weights: pd.Series, count: int) -> pd.DataFrame:
    """
    `count` places on `lots`, one from each equal part of their summed `weights`, moved at most `OFF_LOT_M` metres.

    Returns
    -------
    places
        The attributes of their lots, `longitude` and `latitude` as text of six decimals. A place that the move would
        take out of its tract stays on its lot.
    """
    steps = weights.to_numpy(float).cumsum()
    drawn = (np.arange(count) + rng.random(count)) / count * steps[-1]
    places = lots.iloc[steps.searchsorted(drawn, side="right")].reset_index(drop=True)
    metres, angle = OFF_LOT_M * rng.random(count), 2 * np.pi * rng.random(count)
    on_lot = places.geometry.to_crs(METRES)
    off_lot = gpd.GeoSeries.from_xy(on_lot.x + metres * np.cos(angle), on_lot.y + metres * np.sin(angle), crs=METRES)
    moved = off_lot.to_crs(WGS84)
    kept = moved.where(shapely.contains(places["outline"].to_numpy(), moved.to_numpy()), places.geometry)
    coordinates = {"longitude": kept.x.map("{:.6f}".format), "latitude": kept.y.map("{:.6f}".format)}
    return pd.DataFrame(places.drop(columns=["geometry", "outline"])).assign(**coordinates)


def some(rng: np.random.Generator, rows: pd.Index, count: int) -> pd.Index:
    """`count` of `rows`, by lot."""
    return rows[rng.random(len(rows)).argsort(kind="stable")[:count]]


def days(rng: np.random.Generator, first: str, span: int, count: int) -> pd.Series:
    """`count` days among the `span` that begin with `first`."""
    return pd.Timestamp(first) + pd.Series(pd.to_timedelta((span * rng.random(count)).astype(int), unit="D"))


def make_kiosks(lots: gpd.GeoDataFrame) -> pd.DataFrame:
    """LinkNYC sites under the headers of s4kf-3yrf."""
    rng = np.random.Generator(np.random.PCG64([SEED, 1]))
    dense = lots["homes"].where(lots["homes"] >= 6, 0.0)
    in_district = dense.groupby(lots["cdta2020"]).transform("sum")
    shares = {f"MN{district:02d}": share for district, share in enumerate(MANHATTAN_SHARES, start=1)}
    business = dense / in_district.replace(0.0, 1.0) * lots["cdta2020"].map(shares).fillna(0.0)
    groups = []
    for borough, counts in SITES.items():
        here = lots["boroname"] == borough
        weights = business if borough == "Manhattan" else dense
        for kind, count in zip(KINDS, counts, strict=True):
            if count:
                groups.append(scatter(rng, lots[here], weights[here], count).assign(kind=kind))
    sites = pd.concat(groups, ignore_index=True)
    link, tall, phone = (sites.index[sites["kind"] == kind] for kind in KINDS)
    sites.loc[some(rng, tall, WITHOUT_SCREEN), "kind"] = "Link5G_NonAd"
    sites["status"] = "Live"
    sites.loc[some(rng, link, NOT_LIVE), "status"] = "Removed Pending Reinstall"
    sites["installed"] = days(rng, "2016-01-18", 1700, len(sites))
    sites.loc[tall, "installed"] = days(rng, "2022-07-10", 1000, len(tall)).to_numpy()
    sites.loc[phone, "installed"] = pd.Timestamp("1971-01-01")
    board = sites["cdta2020"].str[2:]
    return pd.DataFrame(
        {
            "Site ID": "sy-" + board + "-" + numbered(len(sites), 6),
            "Planned Kiosk Type": sites["kind"],
            "Installation Status": sites["status"],
            "Borough": sites["boroname"],
            "Council District": "",
            "Community Board": (sites["boroname"].map(BOROUGHS).str[0] + board).where(board <= "18", ""),
            "Street Address": "made up",
            "Latitude": sites["latitude"],
            "Longitude": sites["longitude"],
            "Installation Complete": sites["installed"].dt.strftime("%m/%d/%Y"),
            "Activation Complete": (sites["installed"] + pd.Timedelta(days=45)).dt.strftime("%m/%d/%Y"),
            "Neighborhood Tabulation Area (NTA)": sites["ntaname"],
        }
    )


def make_schools(lots: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Schools under the headers of wg9x-4ke6, and their pupils and economic need under those of c7ru-d68s."""
    rng = np.random.Generator(np.random.PCG64([SEED, 2]))
    groups = []
    for borough, count in SCHOOLS.items():
        here = lots[lots["boroname"] == borough]
        places = scatter(rng, here, here["homes"], count).assign(code=BOROUGHS[borough][1] + numbered(count, 3))
        alone = pd.Series(rng.random(count) >= SHARED_BUILDING_SHARE)
        alone[0] = True
        places["building"] = ("S" + places["code"]).where(alone).ffill()
        places[["longitude", "latitude"]] = places[["longitude", "latitude"]].where(alone).ffill()
        groups.append(places)
    schools = pd.concat(groups, ignore_index=True)
    dbn, name = "00" + schools["code"], "Synthetic school " + schools["code"].str[1:] + " (" + schools["boroname"] + ")"
    kinds = np.searchsorted([upto for upto, *_ in CATEGORIES], rng.random(len(schools)), side="right")
    _, category, grades, size = (
        pd.Series(column)[kinds].reset_index(drop=True) for column in zip(*CATEGORIES, strict=True)
    )
    pupils = size * (0.4 + 1.2 * rng.random(len(schools)))
    need = (schools["nta2020"].map(poverty_shares()) * 1.2 + 0.25 + 0.3 * rng.random(len(schools))).clip(upper=1.0)
    locations = pd.DataFrame(
        {
            "system_code": dbn,
            "location_name": name,
            "Managed_by_name": np.where(rng.random(len(schools)) < CHARTER_SHARE, "Charter", "DOE"),
            "Location_Category_Description": category,
            "Grades_final_text": grades,
            "Status_descriptions": "Open",
            "Primary_building_code": schools["building"],
            "primary_address_line_1": "made up",
            "LONGITUDE": schools["longitude"],
            "LATITUDE": schools["latitude"],
        }
    )
    snapshot = pd.DataFrame(
        {
            "DBN": dbn,
            "School Name": name,
            "Year": "2021-22",
            "Total Enrollment": (pupils / pupils.sum() * PUPILS).round().astype(int),
            "Economic Need Index": need.map("{:.3f}".format).where(need <= NEED_WITHHELD, "Above 95%"),
        }
    )
    return locations, snapshot


def poverty_shares() -> pd.Series:
    """Share of people below 150 % of poverty by NTA code, from the real survey; the city's where nobody lives."""
    survey = pd.read_csv(HERE / "adoption_nta.csv").set_index("nta_code")
    poor, people = survey["B06012_002E"] + survey["B06012_003E"], survey["B06012_001E"]
    return (poor / people).fillna(poor.sum() / people.sum())


def make_centres(lots: gpd.GeoDataFrame) -> pd.DataFrame:
    """Public computer centres under the headers of cuzb-dmcd."""
    rng = np.random.Generator(np.random.PCG64([SEED, 3]))
    groups = []
    for agency, (count, boroughs, kind, access) in CENTRES.items():
        here = lots[lots["boroname"].isin(boroughs)] if boroughs else lots
        name = f"Synthetic {kind} " + numbered(count, 3)
        groups.append(scatter(rng, here, here["homes"], count).assign(agency=agency, name=name, access=access))
    centres = pd.concat(groups, ignore_index=True)
    wifi = pd.Series("true", index=centres.index)
    wifi[some(rng, centres.index[centres["access"].str.startswith("60+")], WITHOUT_WIFI)] = "false"
    wireline = pd.Series(SPEEDS_MBPS)[(len(SPEEDS_MBPS) * rng.random(len(centres))).astype(int)].reset_index(drop=True)
    return pd.DataFrame(
        {
            "OID": "syn-" + numbered(len(centres), 3),
            "Oversight Agency": centres["agency"],
            "Operator Name": "made up",
            "Location Name": centres["name"] + " (" + centres["boroname"] + ")",
            "Address": "made up",
            "Latitude": centres["latitude"],
            "Longitude": centres["longitude"],
            "Wireline Dwn": wireline,
            "WiFi Dwn": (wireline // 2).where(wifi == "true").astype("Int64"),
            "Wi-Fi Available": wifi,
            "Workstation #": (3 + 40 * rng.random(len(centres)) ** 2).astype(int),
            "Access Requirements": centres["access"],
            "Borough": centres["boroname"],
        }
    )


def numbered(count: int, digits: int) -> pd.Series:
    """Numbers from 1 to `count` as text with leading zeros."""
    return pd.Series([f"{number:0{digits}d}" for number in range(1, count + 1)])


def main(folder: Path = HERE) -> None:
    """Write the four files into `folder`."""
    lots = read_lots()
    schools, demographics = make_schools(lots)
    for name, rows in {
        "kiosks": make_kiosks(lots),
        "schools": schools,
        "school_demographics": demographics,
        "facilities": make_centres(lots),
    }.items():
        rows.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
