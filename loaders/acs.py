"""
American Community Survey, five-year estimates: internet, computers, poverty, age and income, with margins.

Every variable keeps its Census code, `E` for the estimate and `M` for its 90 % margin of error; what a share is made
of is declared once, in `geo.indicators`. Census "annotation values" are not numbers: -666666666 and its kin mean
"not available", -555555555 as a margin means that the estimate is controlled to a count and has no sampling error,
and 250,001 is the top code of median household income ("250,000 or more").
"""

from collections.abc import Mapping

import pandas as pd

from geo.tables import ADOPTION, first_reason
from loaders.cells import numbers, set_aside, texts
from loaders.columns import need_columns, other_columns
from loaders.dataset import Dataset, Parsed, Source
from loaders.formats import read_rows

CONTROLLED = -555555555
WORDS = {  # data.census.gov writes its annotations as words
    "*****": str(CONTROLLED),
    "****": "",
    "**": "",
    "(X)": "",
    "N": "",
    "250,000+": "250001",
    "2,500-": "2499",
}
ALIASES = {  # a tract extract under readable names → Census codes
    "hh_total": "B28002_001E",
    "hh_broadband_any": "B28002_004E",
    "hh_cable_fiber_dsl": "B28002_007E",
    "hh_no_internet": "B28002_013E",
    "comp_total_hh": "B28001_001E",
    "comp_no_computer": "B28001_011E",
    "median_hh_income": "B19013_001E",
    "total_population": "B01003_001E",
}
COUNTS = ("B28002_001", "B28002_004", "B28002_007", "B28002_013", "B28001_001", "B28001_011", "B01003_001")
POVERTY = tuple(f"C17002_{part:03d}" for part in range(1, 6))
DETAIL = tuple(code + kind for code in (*COUNTS, *POVERTY, "B19013_001") for kind in "EM")
PROFILE = tuple(code + kind for code in ("DP05_0001", "DP05_0024", "DP02_0001", "DP02_0014") for kind in "EM")
KEPT = {*DETAIL, *PROFILE, *ALIASES.values()} | {
    f"{code}{kind}"
    for code in ("B01001_001", "B06012_001", "B06012_002", "B06012_003", "DP02_0153", "DP02_0154")
    for kind in "EM"
}
MAIN = ({"b28002_001e", "b28002_004e"}, {"dp02_0001e", "dp02_0154e"})
"""Without households with broadband there is nothing to score: one of these pairs must be there."""

TOP_CODED = "B19013_001E"
TOP_CODE_USD = 250_001


def parse(raws: Mapping[str, bytes]) -> Parsed:
    """One row a tract (or NTA); estimates and margins as numbers, NaN where the Census gives an annotation."""
    rows = read_rows(raws["adoption"], "adoption")
    rows = rows.rename(columns={name: code.lower() for name, code in ALIASES.items() if code.lower() not in rows})
    places, geography, keys = _places(rows)
    read = {name: name.upper() for name in map(str, rows.columns) if name.upper() in KEPT}
    if not any(read.keys() >= main for main in MAIN):
        need_columns(rows, sorted(MAIN[0]), "adoption (households with broadband)")
    cells = rows[[*read]].rename(columns=read).replace(WORDS)
    measures = cells.apply(numbers)
    unreadable = (cells.apply(texts).notna() & measures.isna()).any(axis=1)
    controlled = measures.filter(regex="M$") == CONTROLLED
    measures = measures.mask(measures < 0)
    measures[controlled.columns] = measures[controlled.columns].mask(controlled, 0.0)
    frame = pd.DataFrame({"place": places, "geography": geography}).join(measures)
    kept, rejects = set_aside(
        frame,
        first_reason(
            frame.index,
            (places.isna(), "no GEOID or NTA code of New York City"),
            (unreadable, "a value is not a number"),
            *((measures[part] > measures[whole], f"{part} is more than {whole}") for part, whole in _parts(measures)),
        ),
        key="place",
    )
    return Parsed(kept, rejects, len(rows), {"adoption": other_columns(rows, [*read, *keys])}, _notes(kept))


def _parts(measures: pd.DataFrame) -> list[tuple[str, str]]:
    """Each estimate that is part of another in `measures`, and that other: the first of its table."""
    pairs = []
    for name in measures.filter(regex="^(B28|C17|B06|DP)[0-9]+_[0-9]+E$"):
        table, _, number = str(name).partition("_")
        whole = f"{table}_{'1E'.rjust(len(number), '0')}"
        if whole != name and whole in measures:
            pairs.append((str(name), whole))
    return pairs


def _places(rows: pd.DataFrame) -> tuple[pd.Series, str, tuple[str, ...]]:
    """The key of each row, what a row is, and the columns that say so."""
    if {"state", "county", "tract"} <= {*rows}:
        parts = texts(rows["state"]), texts(rows["county"]), texts(rows["tract"])
        geoid = parts[0].str.zfill(2) + parts[1].str.zfill(3) + parts[2].str.zfill(6)
        return _city_tracts(geoid), "tract", ("state", "county", "tract", "geoid", "name")
    if "geoid" in rows:
        return _city_tracts(texts(rows["geoid"]).str[-11:]), "tract", ("geoid", "name")
    if "geo_id" in rows:  # data.census.gov writes 1400000US36005000100
        return _city_tracts(texts(rows["geo_id"]).str[-11:]), "tract", ("geo_id", "name")
    need_columns(rows, ["nta_code"], "adoption (neither state, county and tract nor geoid)")
    codes = texts(rows["nta_code"])
    return codes.where(codes.str.fullmatch(r"(MN|BX|BK|QN|SI)\d{4}"), None), "nta", ("nta_code", "nta2020")


def _city_tracts(geoid: pd.Series) -> pd.Series:
    return geoid.where(geoid.str.fullmatch(r"36(005|047|061|081|085)\d{6}"), None)


def _notes(kept: pd.DataFrame) -> tuple[str, ...]:
    notes = []
    if not kept.filter(regex="M$").notna().any(axis=None):
        notes.append("upstream gave no margins of error: estimates stand without an interval")
    if TOP_CODED in kept and (topped := int((kept[TOP_CODED] == TOP_CODE_USD).sum())):
        notes.append(f"median household income is top-coded (250,000 or more) in {topped} places")
    return tuple(notes)


DATASET = Dataset(
    table=ADOPTION,
    sources=(
        Source(
            name="adoption",
            title="American Community Survey, 5-year estimates",
            publisher="U.S. Census Bureau",
            page="https://www.census.gov/programs-surveys/acs",
            licence="Public domain (U.S. Government work)",
            url="https://api.census.gov/data/{year}/acs/acs5",
            api="census",
            queries=(
                ("https://api.census.gov/data/{year}/acs/acs5", DETAIL),
                ("https://api.census.gov/data/{year}/acs/acs5/profile", PROFILE),
            ),
            files=(
                "acs5*tract*api*.json",
                "acs5*tract*.json",
                "acs5_*_tract_nyc.csv",
                "acs5*tract*.csv",
                "acs5*nta*.csv",
            ),
            cadence_days=365,
            sample="adoption_nta.csv",
            sample_vintage="ACS 2019–2023, by NTA",
            stands_in=True,
        ),
    ),
    parse=parse,
)
