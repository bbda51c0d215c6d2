import io
from datetime import UTC, datetime

import openpyxl
import pandas as pd
import pytest

from app.exports import EXPORTS, LEDGER, ROLLOUT, export
from app.listing import listing
from app.sheets import ASSUMPTIONS, assumptions, dictionary, listed, rollout, sheets, sources, spread, standing
from app.state import READS, load_city
from app.workbook import Sheet, workbook
from geo.method import PRIORITY_WEIGHTS
from geo.tables import number, text
from loaders import store
from tests.office import opened
from tests.snapshots import small


@pytest.fixture(scope="module")
def made_up(small_var):
    return load_city(store.current(small_var))


@pytest.fixture(scope="module")
def sample(sample_var):
    return load_city(store.current(sample_var))


def by(sheet, key):
    """The rows of a sheet by one of their columns, what is missing as None."""
    frame = sheet.frame.astype(object).where(sheet.frame.notna(), None)
    return {row[key]: row for row in frame.to_dict("records")}


def test_a_rollout_has_its_five_sheets(made_up):
    book = openpyxl.load_workbook(io.BytesIO(export(made_up, ROLLOUT, "xlsx")))
    assert book.sheetnames == ["plan", "developments", "dictionary", "sources", "assumptions"]
    for sheet in book:
        assert sheet.freeze_panes and sheet.auto_filter.ref == sheet.dimensions and not sheet.merged_cells.ranges
    assert (book["developments"].freeze_panes, book["sources"].freeze_panes) == ("C2", "B2")
    assert book.properties.created.isoformat() == made_up.manifest["created_at"][:19]


@pytest.mark.parametrize("name", [name for name in EXPORTS if name != ROLLOUT])
def test_another_list_has_three(made_up, name):
    book = openpyxl.load_workbook(io.BytesIO(export(made_up, name, "xlsx")))
    assert book.sheetnames == [name, "dictionary", "sources"]
    assert book[name].max_row == len(listing(made_up, name).frame) + 1


def test_the_plan_is_of_those_that_may_be_served(made_up):
    plan = standing(listing(made_up, ROLLOUT))
    assert plan.frame["tds"].tolist() == ["001", "002", "005"], "by wave, those in none last"
    assert plan.frame["wave"].tolist() == [1, 1, 2]
    names = [column.name for column in plan.columns]
    assert {"tds", "name", "eligibility", "priority", "need", "reasons", "nearest_kiosk_m", "snapshot"} <= {*names}
    assert names.index("name") == plan.frozen - 1


def test_waves_come_in_their_order(made_up):
    rows = listing(made_up, ROLLOUT)
    columns = [column for column in rows.columns if column.name != "wave"]
    waves = pd.array([2, 1, None, None, None], dtype="Int64")
    with_waves = type(rows)(
        rows.name, rows.title, (*columns, number("wave", "Wave", "rank")), rows.frame.assign(wave=waves), rows.datasets
    )
    plan = standing(with_waves)
    assert plan.columns[0].name == "wave"
    assert plan.frame["tds"].tolist() == ["001", "005", "002"]


def test_a_plan_of_somebody_else_is_handed_in(made_up):
    rows = listing(made_up, ROLLOUT)
    columns = (text("tds", "Which"), number("cost_usd", "What it costs", "USD"))
    plan = Sheet("plan", "Mine.", pd.DataFrame({"tds": ["005"], "cost_usd": [30.0]}), columns)
    assumed = Sheet("assumptions", "Mine too.", assumptions(made_up).frame.head(2), ASSUMPTIONS)
    told = rollout(made_up, rows, plan, assumed)
    assert [sheet.name for sheet in told] == ["plan", "developments", "dictionary", "sources", "assumptions"]
    assert (told[0], told[-1]) == (plan, assumed)
    meant = {(row["sheet"], row["column"]): row for row in told[2].frame.to_dict("records")}
    assert meant["plan", "cost_usd"]["title"] == "What it costs"
    assert meant["plan", "tds"]["title"] == "Which" and ("developments", "tds") in meant
    book = openpyxl.load_workbook(io.BytesIO(workbook(told, title="Mine", created=datetime(2026, 3, 1, tzinfo=UTC))))
    assert [*book["plan"].values] == [("tds", "cost_usd"), ("005", 30)]


@pytest.mark.parametrize("name", EXPORTS)
def test_the_dictionary_has_every_column_of_the_workbook(made_up, name):
    rows = listing(made_up, name)
    told = sheets(made_up, rows)
    meant = next(sheet for sheet in told if sheet.name == "dictionary").frame
    for sheet in told:
        if sheet.name in ("dictionary", "sources"):
            continue
        mine = meant[meant["sheet"].str.split(", ").map(lambda names, name=sheet.name: name in names)]
        assert {*mine["column"].dropna()} == {column.name for column in sheet.columns}, sheet.name
        assert sheet.lead in mine.loc[mine["column"].isna(), "title"].tolist()
    assert meant["title"].notna().all() and meant["title"].str.len().min() > 0


def test_the_dictionary_tells_units_margins_and_origins(made_up):
    rows = listing(made_up, "ntas")
    meant = by(dictionary([listed(rows, "ntas")], rows), "column")
    need = meant["need"]
    assert (need["kind"], need["unit"], need["margin_or_interval"]) == ("number", "points", "need_low, need_high")
    assert meant["no_broadband_share"]["margin_or_interval"] == "no_broadband_moe_share"
    assert meant["median_income_usd"]["margin_or_interval"] == "median_income_moe_usd"
    assert meant["reached"]["kind"] == "TRUE or FALSE" and meant["reached"]["margin_or_interval"] is None
    assert need["from"] == f"computed from {', '.join(READS['ntas'])}"
    assert meant["snapshot"]["from"] == "the snapshot"


def test_a_column_that_was_read_is_from_its_dataset(made_up):
    rows = listing(made_up, ROLLOUT)
    meant = by(dictionary([listed(rows, "developments")], rows), "column")
    assert meant["apartments"]["from"] == "developments"
    assert meant["priority"]["from"].startswith("computed from developments, ")


@pytest.mark.parametrize(
    ("name", "names", "found"),
    [
        ("need", {"need", "need_low", "need_high"}, ["need_low", "need_high"]),
        ("need", {"need", "need_low"}, []),
        ("value", {"value", "low", "high"}, ["low", "high"]),
        ("population", {"population", "population_moe"}, ["population_moe"]),
        ("poverty_share", {"poverty_share", "poverty_moe_share"}, ["poverty_moe_share"]),
        ("p_top10", {"p_top10", "p_top10_mc_error"}, ["p_top10_mc_error"]),
        ("name", {"name", "low", "high"}, []),
    ],
)
def test_which_columns_say_how_sure_another_is(name, names, found):
    assert spread(name, names) == found


def test_the_sources_say_what_is_made_up(sample):
    found = by(sources(sample, listing(sample, ROLLOUT)), "dataset")
    assert found["kiosks"]["kind"] == "synthetic" and found["developments"]["kind"] == "by hand"
    assert found["lots"]["rows_kept"] == 767_049 and found["lots"]["rows_set_aside"] == 0
    assert found["adoption"]["publisher"] == "U.S. Census Bureau" and found["adoption"]["fetched"] is None
    assert found["adoption"]["licence"].startswith("Public domain")


def test_the_sources_say_what_is_absent(tmp_path):
    city = load_city(small(tmp_path, without=("kiosks",)))
    found = by(sources(city, listing(city, "ntas")), "dataset")
    assert (found["kiosks"]["kind"], found["kiosks"]["note"]) == ("absent", "nobody brought kiosks")
    assert found["lots"]["fetched"] == "2026-02-01" and found["lots"]["page"] == "https://city.example/data"


def test_the_assumptions_have_the_weights_and_the_radius(made_up):
    found = by(assumptions(made_up), "name")
    weights = [
        row for name, row in found.items() if name.startswith("weight of ") and row["why"].startswith("declared")
    ]
    assert len(weights) == len(PRIORITY_WEIGHTS)
    assert sum(row["value"] for row in weights) == pytest.approx(1)
    assert (found["a walk"]["value"], found["a walk"]["unit"]) == (400.0, "m")
    assert found["day of eligibility"]["value"] == "2026-03-01"
    assert all(row["why"] for row in found.values())


def test_an_office_has_every_cell_of_the_rollout(sample, tmp_path):
    """What is read back from LibreOffice is what the frames had: it opened the file and lost nothing."""
    told = sheets(sample, listing(sample, ROLLOUT))
    cells = opened(export(sample, ROLLOUT, "xlsx"), tmp_path, shown=False)
    assert {*cells} == {sheet.name for sheet in told}
    for sheet in told:
        head, *body = cells[sheet.name]
        assert head == [column.name for column in sheet.columns]
        assert len(body) == len(sheet.frame)
        for at, column in enumerate(sheet.columns):
            values = sheet.frame[column.name]
            for row, value, missing in zip(body, values.tolist(), values.isna().tolist(), strict=True):
                assert same(row[at], None if missing else value), (sheet.name, column.name, row[at], value)


def same(cell, value):
    """Whether LibreOffice's `cell` is `value`; it writes a share in percent."""
    if isinstance(value, bool):
        return cell == str(value).upper()
    if isinstance(value, int | float):
        scale = 100 if cell.endswith("%") else 1
        return float(cell.rstrip("%")) / scale == pytest.approx(value, abs=1e-9)
    return cell == (value or "")


@pytest.mark.parametrize("name", ["ntas", LEDGER])
def test_other_workbooks_open_in_an_office(made_up, name, tmp_path):
    cells = opened(export(made_up, name, "xlsx"), tmp_path, shown=True)
    assert {*cells} == {name, "dictionary", "sources"}
    assert len(cells[name]) == len(listing(made_up, name).frame) + 1


def test_the_ledger_is_a_workbook_too(made_up):
    frame = pd.read_excel(io.BytesIO(export(made_up, LEDGER, "xlsx")), sheet_name=LEDGER)
    table = pd.read_csv(io.BytesIO(export(made_up, LEDGER, "csv")))
    assert frame["value"].tolist() == pytest.approx(table["value"].tolist(), nan_ok=True)
    assert [*frame] == [*table]
