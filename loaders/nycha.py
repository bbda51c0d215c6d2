"""
NYCHA developments: the Development Data Book (evjd-dqpz) with the polygons of phvi-damg, joined on the TDS number.

The book has a row for each development, also for those converted to PACT/RAD, which have no polygon any more; its
few aggregate rows (`004, 079`) would count apartments twice. Scattered sites lie in several boroughs and districts.
What is planned stands in no official file: an unofficial list of conversions may be read besides, by name.
"""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from geo.crs import WGS84
from geo.tables import DEVELOPMENTS, first_reason
from loaders.cells import dates, numbers, set_aside, texts, titles
from loaders.columns import in_city, need_columns, other_columns, renamed
from loaders.conversions import PACT, SOURCE, Conversions, read_conversions
from loaders.dataset import Dataset, Parsed, Source
from loaders.formats import read_rows

BOOK_COLUMNS = {  # ours → theirs
    "tds": ("tds",),
    "name": ("development",),
    "borough": ("borough",),
    "community_district": ("community_distirct", "community_district"),
    "council_district": ("ny_city_council_district",),
    "program": ("program",),
    "apartments": ("number_of_current_apartments",),
    "residents": ("total_population",),
    "senior": ("senior_development",),
    "completed": ("completion_date",),
    "pact_date": ("rad_transferred_date",),
}
CONSOLIDATED = "consolidated_tds"
"""A column that an export of the book may lack."""
POLYGON_COLUMNS = {"tds": ("tds_num",), "name": ("developmen",), "borough": ("borough",)}
ABBREVIATIONS = r"CDA|FHA|LIHFE|LLC\d|MHOP|NYCHA|PSS|UPACA|URA|WSUR"
AGGREGATE = r"[\d\s]+(?:,[\d\s]+)+|\d+\s*\*"


def parse(raws: Mapping[str, bytes]) -> Parsed:
    """A row for each TDS number of the book or the polygons; aggregates and rows without a TDS number are set aside."""
    rows = {name: read_rows(raws[name], name) for name in ("nycha_data_book", "nycha_polygons")}
    book, book_rejects, book_read = _book(rows["nycha_data_book"])
    polygons, polygon_rejects, polygons_read = _polygons(rows["nycha_polygons"])
    frame = book.merge(polygons, how="outer", on="tds", suffixes=("", "_of_polygon"))
    for column in ("name", "borough"):
        frame[column] = frame[column].fillna(frame.pop(f"{column}_of_polygon"))
    unlisted = polygons[~polygons["tds"].isin(book["tds"])]
    rejects = pd.concat([book_rejects, polygon_rejects], ignore_index=True)
    frame["pact_listed"], conversions = None, Conversions()
    if PACT in raws:
        conversions = read_conversions(raws[PACT], frame)
        frame["pact_listed"] = frame["tds"].map(conversions.states).astype(object)
    as_of = dates(rows["nycha_data_book"].get("data_as_of", pd.Series(dtype=object))).dropna()
    return Parsed(
        gpd.GeoDataFrame(frame, geometry="geometry", crs=WGS84),
        rejects,
        len(frame) + len(rejects),
        {
            "nycha_data_book": other_columns(rows["nycha_data_book"], [*book_read, "data_as_of"]),
            "nycha_polygons": other_columns(rows["nycha_polygons"], polygons_read),
            **({PACT: list(conversions.ignored)} if PACT in raws else {}),
        },
        (*_notes(frame, unlisted), *conversions.notes),
        vintage=f"as of {as_of.max()}" if len(as_of) else "",
        counts={"nycha_data_book": len(book), "nycha_polygons": len(polygons)},
    )


def _book(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    book, read = renamed(rows, BOOK_COLUMNS, "nycha_data_book")
    book = book.assign(consolidated_tds=rows.get(CONSOLIDATED, "")).apply(texts)
    book["name"], book["program"] = titles(book["name"], ABBREVIATIONS), titles(book["program"], ABBREVIATIONS)
    book["borough"], book["senior"] = titles(book["borough"]), book["senior"].str.lower()
    book["council_district"] = book["council_district"].str.replace(r"\b0+(?=\d)", "", regex=True)
    written = book[["apartments", "residents"]].notna()
    book["apartments"], book["residents"] = numbers(book["apartments"]), numbers(book["residents"])
    unreadable = (written & book[["apartments", "residents"]].isna()).any(axis=1)
    book["pact_text"] = book["pact_date"]
    book["completed"], book["pact_date"] = dates(book["completed"]), dates(book["pact_date"])
    book["pact_text"] = book["pact_text"].where(book["pact_date"].isna(), None)
    aggregate = book["tds"].str.fullmatch(AGGREGATE, na=False).astype(bool)
    parts = book["tds"].str.rstrip("* ").fillna("")
    kept, rejects = _with_tds(
        book,
        (aggregate, "aggregate of " + parts + ": would count apartments twice"),
        (unreadable, "apartments or residents are not a number"),
    )
    with_others = kept[CONSOLIDATED].str.fullmatch(r"\d{1,3}", na=False).astype(bool)
    managed_with = kept[CONSOLIDATED].where(with_others, None).str.zfill(3)
    kept[CONSOLIDATED] = managed_with.astype(object).where(with_others & (managed_with != kept["tds"]), None)
    return kept, rejects, [*read, CONSOLIDATED]


def _polygons(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    polygons, read = renamed(rows, POLYGON_COLUMNS, "nycha_polygons")
    need_columns(rows, ["geometry"], "nycha_polygons")
    polygons = polygons.apply(texts)
    polygons["name"], polygons["borough"] = titles(polygons["name"], ABBREVIATIONS), titles(polygons["borough"])
    polygons["geometry"] = pd.Series([outline(shape) for shape in rows["geometry"]], index=rows.index, dtype=object)
    places = gpd.GeoSeries(polygons["geometry"], crs=WGS84)
    kept, rejects = _with_tds(
        polygons,
        (polygons["geometry"].isna(), "polygon without an area"),
        (~in_city(places), "polygon is not inside the city"),
    )
    return kept, rejects, read


def _with_tds(rows: pd.DataFrame, *checks: tuple[pd.Series, str | pd.Series]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`rows` that pass `checks` and have a name and a TDS number, padded to three digits; and the others."""
    reasons = first_reason(
        rows.index,
        (rows["tds"].isna(), "no TDS number"),
        *checks,
        (~rows["tds"].str.fullmatch(r"\d{1,3}", na=False), "TDS number is not three digits"),
        (rows["name"].isna(), "no development name"),
    )
    padded = rows["tds"].where(reasons.notna(), rows["tds"].str.zfill(3))
    return set_aside(rows.assign(tds=padded), reasons, key="tds")


def outline(shape: shapely.Geometry | None) -> shapely.MultiPolygon | None:
    """`shape` as a valid MultiPolygon, None where it has no area."""
    if shape is None:
        return None
    valid = shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [part for part in shapely.get_parts(valid) if isinstance(part, shapely.Polygon) and not part.is_empty]
    return shapely.MultiPolygon(parts) if parts else None


def _notes(developments: pd.DataFrame, unlisted: pd.DataFrame) -> tuple[str, ...]:
    unplaced = developments["geometry"].isna()
    unexplained = int((unplaced & developments["pact_date"].isna()).sum())
    notes = []
    if unplaced.any():
        notes.append(
            f"{int(unplaced.sum())} of {len(developments)} developments have no polygon; {unexplained} of them have "
            "no PACT date either, most likely converted after the data book was made"
        )
    if named := (developments["tds"] + " " + developments["name"])[developments["pact_text"].notna()].tolist():
        notes.append(f"a conversion to PACT is stated and its date cannot be read: {', '.join(named)}")
    if len(unlisted):
        notes.append(f"polygons that are not in the data book: {', '.join(unlisted['tds'] + ' ' + unlisted['name'])}")
    return tuple(notes)


DATASET = Dataset(
    table=DEVELOPMENTS,
    sources=(
        Source(
            name="nycha_polygons",
            title="NYCHA Public Housing Developments",
            publisher="New York City Housing Authority",
            page="https://data.cityofnewyork.us/d/phvi-damg",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/phvi-damg.json",
            files=("*public?housing?developments*", "nycha?developments*", "*phvi-damg*", "developments.*"),
            cadence_days=365,
            floor=150,
            sample="developments.geojson",
            sample_vintage="published counts, by hand",
        ),
        Source(
            name="nycha_data_book",
            title="NYCHA Development Data Book",
            publisher="New York City Housing Authority",
            page="https://data.cityofnewyork.us/d/evjd-dqpz",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/evjd-dqpz.json",
            files=("*nycha?development?data?book*", "nycha?data?book*", "*evjd-dqpz*", "data_book.*"),
            cadence_days=365,
            floor=DEVELOPMENTS.floor,
            sample="data_book.csv",
            sample_vintage="published counts, by hand",
        ),
        SOURCE,
    ),
    parse=parse,
)
