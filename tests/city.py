"""
A made-up city of six square tracts, a kilometre wide, in which every score can be worked out by hand.

    row 1 | B1 | B2 (20 households) | C2 (a park) |      BK0102 = B1, B2     QN8101 = C2
    row 0 | A1 | A2                 | C1          |      BK0101 = A1, A2     QN0101 = C1

Positions are metres east and north of the south-western corner, on the grid of EPSG:32118.
"""

import geopandas as gpd
import pandas as pd
import shapely

from geo.crs import METRES, WGS84

CORNER_M = (300_000.0, 60_000.0)
TRACTS = {  # column and row on the grid, NTA, borough
    "36047000100": (0, 0, "BK0101", "Brooklyn"),
    "36047000200": (1, 0, "BK0101", "Brooklyn"),
    "36047000300": (0, 1, "BK0102", "Brooklyn"),
    "36047000400": (1, 1, "BK0102", "Brooklyn"),
    "36081000100": (2, 0, "QN0101", "Queens"),
    "36081000200": (2, 1, "QN8101", "Queens"),
}
A1, A2, B1, B2, C1, C2 = TRACTS
SURVEY = (
    pd.DataFrame(  # households, with broadband, with cable and the like, no computer; people, four poor bands, aged 65+
        [
            (100, 90, 80, 5, 250, 10, 20, 15, 5, 25),
            (200, 200, 160, 0, 400, 0, 0, 0, 0, 100),
            (50, 30, 25, 10, 100, 30, 20, 5, 5, 30),
            (20, 20, 20, 0, 40, 0, 0, 0, 0, 10),
            (100, 80, 60, 5, 300, 25, 25, 20, 5, 30),
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        ],
        index=pd.Index(TRACTS, name="place"),
        columns=["households", "broadband", "fixed", "no_computer", "people", *(f"poor_{n}" for n in "2345"), "aged"],
        dtype=float,
    )
)
TRACT_CODES = {
    "households": ("B28002_001", "B28001_001"),
    "broadband": ("B28002_004",),
    "fixed": ("B28002_007",),
    "no_computer": ("B28001_011",),
    "people": ("B01003_001", "C17002_001", "DP05_0001"),
    **{f"poor_{n}": (f"C17002_00{n}",) for n in "2345"},
    "aged": ("DP05_0024",),
}
NTA_CODES = {
    "households": ("DP02_0001",),
    "broadband": ("DP02_0154",),
    "computer": ("DP02_0153",),
    "people": ("B01001_001", "B06012_001"),
    "poor_2": ("B06012_002",),
    "poor_3": ("B06012_003",),
    "aged": ("DP05_0024",),
}
MOE = 10.0
"""The margin of every estimate that is not 0; of a zero estimate it is `ZERO_MOE`, or blank in the survey by NTA."""
ZERO_MOE = 5.0


def points(places: list[tuple[float, float]]) -> gpd.GeoSeries:
    """Points in EPSG:4326 from metres east and north."""
    x, y = zip(*places, strict=True)
    metres = gpd.points_from_xy([CORNER_M[0] + east for east in x], [CORNER_M[1] + north for north in y], crs=METRES)
    return gpd.GeoSeries(metres).to_crs(WGS84)


def boxes(bounds: list[tuple[float, float, float, float] | None]) -> gpd.GeoSeries:
    """Rectangles in EPSG:4326 from metres west, south, east and north; None stays None."""
    x, y = CORNER_M
    shapes = [box and shapely.box(x + box[0], y + box[1], x + box[2], y + box[3]) for box in bounds]
    return gpd.GeoSeries(shapes, crs=METRES).to_crs(WGS84)


def tracts() -> gpd.GeoDataFrame:
    corners = [(1000 * column, 1000 * row) for column, row, *_ in TRACTS.values()]
    rows = [
        (geoid, f"{borough} tract {geoid[-4:]}", nta, f"Neighborhood {nta}", nta[:4], f"District {nta[:4]}", borough)
        for geoid, (_, _, nta, borough) in TRACTS.items()
    ]
    columns = ["geoid", "name", "nta", "nta_name", "cdta", "cdta_name", "borough"]
    outlines = boxes([(east, north, east + 1000, north + 1000) for east, north in corners])
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=outlines)


def adoption() -> pd.DataFrame:
    """By tract, all with margins."""
    return _coded(SURVEY, TRACT_CODES, "tract", ZERO_MOE)


def adoption_by_nta() -> pd.DataFrame:
    """By NTA, without fixed broadband; zero estimates without a margin, as the sample has them."""
    ntas = SURVEY.groupby([nta for *_, nta, _ in TRACTS.values()]).sum()
    return _coded(ntas.assign(computer=ntas["households"] - ntas["no_computer"]), NTA_CODES, "nta", float("nan"))


def _coded(survey: pd.DataFrame, codes: dict[str, tuple[str, ...]], geography: str, zero_moe: float) -> pd.DataFrame:
    columns = {}
    for name, variables in codes.items():
        for variable in variables:
            columns[f"{variable}E"] = survey[name]
            columns[f"{variable}M"] = survey[name].map(lambda value: MOE if value else zero_moe)
    frame = pd.DataFrame(columns)
    frame.insert(0, "geography", geography)
    return frame.rename_axis("place").reset_index()


def lots(*, residents: bool = True) -> gpd.GeoDataFrame:
    """Two lots in A1 and C1, one in A2, B1 and B2, none in C2; as PLUTO has them without residents."""
    rows = pd.DataFrame(
        [
            ("3000010001", 75, 150.0),
            ("3000010002", 50, 100.0),
            ("3000020001", 200, 400.0),
            ("3000030001", 50, 100.0),
            ("3000040001", 20, 40.0),
            ("4000010001", 60, 200.0),
            ("4000010002", 30, 100.0),
        ],
        columns=["bbl", "units", "residents"],
    )
    places = [(100, 500), (900, 500), (1500, 500), (500, 1500), (1500, 1500), (2500, 500), (2500, 900)]
    return gpd.GeoDataFrame(
        rows if residents else rows.assign(residents=float("nan")), geometry=points(places).to_numpy(), crs=WGS84
    )


def kiosks() -> gpd.GeoDataFrame:
    """A live kiosk 100 m from the first lot of A1, and one at the lot of B1 that is not."""
    rows = pd.DataFrame(
        {"site_id": ["k-live", "k-planned"], "working": [True, False], "activated": ["2020-05-01", None]}
    )
    return gpd.GeoDataFrame(rows, geometry=points([(100, 600), (500, 1500)]).to_numpy(), crs=WGS84)


def facilities() -> gpd.GeoDataFrame:
    """A centre 200 m from both lots of C1, and one for older adults at the lot of A2."""
    rows = pd.DataFrame(
        {"facility_id": ["c-open", "c-older"], "open_to_all_ages": [True, False], "workstations": [12.0, 8.0]}
    )
    return gpd.GeoDataFrame(rows, geometry=points([(2500, 700), (1500, 500)]).to_numpy(), crs=WGS84)


def developments() -> gpd.GeoDataFrame:
    """
    Around one lot of A1; across A1 and A2; in B1 beside its lot, converted; not on the map; in C1, to be converted.
    """
    rows = pd.DataFrame(
        {
            "tds": ["001", "002", "003", "004", "005"],
            "name": ["One", "Two", "Three", "Four", "Five"],
            "borough": ["Brooklyn", "Brooklyn", "Brooklyn", None, "Queens"],
            "apartments": [1500.0, 300.0, 100.0, None, 3000.0],
            "residents": [3000.0, 600.0, 200.0, None, 6000.0],
            "senior": [None, None, None, None, "exclusively"],
            "pact_date": [None, None, "2025-06-01", None, "2030-01-01"],
            "pact_text": [None] * 5,
            "pact_listed": [None] * 5,
            "consolidated_tds": [None] * 5,
        }
    )
    outlines = [(50, 450, 150, 550), (850, 450, 1550, 550), (700, 1500, 800, 1600), None, (2450, 450, 2550, 550)]
    return gpd.GeoDataFrame(rows, geometry=boxes(outlines).to_numpy(), crs=WGS84)


def tables(*, without: tuple[str, ...] = (), **instead: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All tables of the city, survey by tract; `instead` replaces some, `without` leaves some out."""
    made = {
        "tracts": tracts(),
        "adoption": adoption(),
        "lots": lots(),
        "kiosks": kiosks(),
        "facilities": facilities(),
        "developments": developments(),
    }
    return {name: table for name, table in (made | instead).items() if name not in without}
