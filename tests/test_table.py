"""The table twin of the map: its rows, how sure they are, its page and its files."""

import csv
import io
import json
import re
from html import unescape

import openpyxl
import pytest

from app.language import Speech, spoken
from app.layers import COLUMNS
from app.main import create_app
from app.routes.table import read_terms
from app.said import KNOWN
from app.settings import Settings
from app.state import AREAS, load_city
from app.table import LEVELS, TABLES, Terms, as_query, columns_of, first_sort, plain, shown, view
from app.table_page import draw_table
from app.table_words import HEADINGS, LEAST, ROWS, SURELY
from loaders import store
from tests.calling import calling
from tests.pseudo import bare, pseudo
from tests.snapshots import small

WORDS = ("good", "fair", "weak", "counted", None)
FILTERED = "measure=no_broadband&borough=Bronx&reliability=fair&q=mo&sort=-residents"


@pytest.fixture(scope="module")
def town(small_var):
    with calling(create_app(Settings(var=small_var))) as running:
        yield running


@pytest.fixture(scope="module")
def city(sample_var):
    return load_city(store.current(sample_var))


def page(client, query=""):
    """The page at `query` and its text."""
    answer = client.get(f"/table?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text, " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def rows(client, query=""):
    """All rows in view."""
    return client.json(f"/table?{query}&f=json" if query else "/table?f=json")["rows"]


def column(client, name, query=""):
    return [row[name] for row in rows(client, query)]


def links(html):
    return [unescape(address) for address in re.findall(r'href="(/table[^"]*)"', html)]


def test_the_same_places_are_weak_as_are_dotted_on_the_map(client):
    """By the bounds of the map and the properties that it draws, as `isWeak` has it."""
    config = re.search(r'id="config">(.*?)</script>', client.get("/map").text, re.S)[1]
    measures = {each["code"]: each for each in json.loads(config)["measures"]}
    drawn = client.json("/layers/ntas.geojson")["features"]
    for code in ("gap", "need", "people_left_out"):
        bounds = measures[code]["breaks"]["ntas"]
        dotted = set()
        for feature in drawn:
            told = feature["properties"]
            value, margin = told[code], told.get(f"{code}_moe")
            ends = (told.get(f"{code}_low"), told.get(f"{code}_high"))
            low, high = (value - margin, value + margin) if margin is not None else ends
            if None not in (value, low, high):
                at = [sum(end >= bound for bound in bounds) for end in (low, value, high)]
                if max(at[1] - at[0], at[2] - at[1]) >= 2:
                    dotted.add(feature["id"])
        weak = {row["nta"] for row in rows(client, f"measure={code}") if row["reliability"] == "weak"}
        assert weak == dotted and dotted, code


def test_a_share_is_as_sure_as_its_margin_says(client, everything):
    told = {each["id"]: each["properties"]["no_broadband_reliability"] for each in everything["ntas"]["features"]}
    found = {row["nta"]: row["reliability"] for row in rows(client, "measure=no_broadband")}
    assert found == {nta: None if word == "unknown" else word for nta, word in told.items()}
    assert {*found.values()} == {"good", "fair", "weak", None}
    assert {*column(client, "reliability", "measure=supply")} == {"counted", None}


@pytest.mark.parametrize("of", TABLES)
def test_every_table_holds_every_row_of_its_collection(client, everything, of):
    found = client.json("/table", of=of, f="json")
    assert found["all"] == found["matched"] == len(found["rows"]) == len(everything[of]["features"])
    html, text = page(client, f"of={of}")
    assert f"{found['all']:,} of {found['all']:,} {TABLES[of]}" in text
    assert not re.search(r"\b(nan|None|NaN|undefined)\b", text)
    assert html.count("<tr>") == min(found["all"], 50) + 1
    assert html.count("aria-sort=") == 1
    assert (
        html.count('scope="col"') == html.count('class="arrow"') and html.count('scope="row"') == html.count("<tr>") - 1
    )
    assert "<caption" in html


@pytest.mark.parametrize("of", [of for of in TABLES if of not in AREAS])
def test_sites_say_what_the_map_says_of_them(client, of):
    named = {each["name"] for each in client.json("/table", of=of, f="json")["columns"]}
    assert named == {*COLUMNS[of], "borough"}


def test_at_first_the_widest_gaps_stand_on_top_and_what_is_not_known_last(client):
    values = column(client, "gap")
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True) and len(known) > 150
    assert values[len(known) :] == [None] * (len(values) - len(known)) and None in values
    rising = [value for value in column(client, "gap", "sort=measure") if value is not None]
    assert rising == sorted(known)
    assert column(client, "gap", "sort=gap")[-1] is None
    assert rows(client, "sort=-gap") == rows(client)


def test_every_shown_column_sorts_both_ways(client):
    for of in TABLES:
        html, _ = page(client, f"of={of}")
        headings = re.findall(r'<th scope="col".*?href="([^"#]+)#rows"', html)
        assert len(headings) == html.count('scope="col"') >= 5
        for address in map(unescape, headings):
            again, _ = page(client, address.partition("?")[2])
            turned = re.search(r'aria-sort="(\w+)"><a href="([^"#]+)#rows"', again)
            back, _ = page(client, unescape(turned[2]).partition("?")[2])
            assert {turned[1], re.search(r'aria-sort="(\w+)"', back)[1]} == {"ascending", "descending"}


def test_words_with_an_order_and_numbers_in_names_are_sorted_as_people_read_them(client):
    tiers = [tier for tier in column(client, "tier", "sort=-tier") if tier]
    assert [*dict.fromkeys(tiers)] == [*reversed(LEVELS["tier"])]
    assert [*dict.fromkeys(column(client, "reliability", "sort=reliability"))] == ["weak", "fair", "good", None]
    names = column(client, "name", "of=tracts&sort=name")
    assert names.index("Bronx tract 4") < names.index("Bronx tract 16")


def test_equals_keep_the_order_of_their_keys(client):
    keys = column(client, "site_id", "of=kiosks&sort=-kind&borough=Queens")
    kinds = column(client, "kind", "of=kiosks&sort=-kind&borough=Queens")
    assert kinds == sorted(kinds, key=str.casefold, reverse=True)
    assert all(keys[a] < keys[a + 1] for a in range(len(keys) - 1) if kinds[a] == kinds[a + 1])


def test_filters(client):
    assert {*column(client, "borough", "borough=Bronx")} == {"Bronx"}
    assert {*column(client, "tier", "tier=likely+top")} == {"likely top"}
    assert {*column(client, "tier", "tier=not+known")} == {None}
    assert {*column(client, "reliability", "reliability=good")} == {"good"}
    assert {*column(client, "reliability", "reliability=fair")} == {"fair", "good"}
    assert {*column(client, "reliability", "measure=supply&reliability=good")} == {"counted"}
    assert all("mott" in name.lower() for name in column(client, "name", "q=MOTT")) and rows(client, "q=MOTT")
    assert {*column(client, "nta_name", "of=tracts&q=mott+haven-port")} == {"Mott Haven-Port Morris"}
    assert column(client, "site_id", "of=kiosks&q=SY-01-000006") == ["sy-01-000006"]
    assert rows(client, "borough=&tier=&q=+&reliability=&measure=&sort=&of=&page=") == rows(client)


def test_names_are_found_without_case_and_accents():
    assert plain("Señor CAFÉ") == plain("senor cafe") == "senor cafe"


def test_filters_keep_each_other(client):
    html, _ = page(client, FILTERED)
    kept = ("measure=no_broadband", "borough=Bronx", "reliability=fair", "q=mo")
    sorting = [address for address in links(html) if address.endswith("#rows")]
    assert len(sorting) >= 7 and all(part in address for part in kept for address in sorting)
    files = [address for address in links(html) if re.search("[?&]f=", address)]
    assert len(files) == 3 and all(part in address for part in (*kept, "sort=-residents") for address in files)
    assert '<input type="hidden" name="sort" value="-residents">' in html
    assert '<option value="Bronx" selected>' in html and '<option value="fair" selected>' in html
    assert 'name="q" value="mo"' in html
    tracts = next(address for address in links(html) if "of=tracts" in address)
    kiosks = next(address for address in links(html) if "of=kiosks" in address)
    assert all(part in tracts for part in kept) and "sort" not in tracts
    assert "borough=Bronx" in kiosks and "q=mo" in kiosks and "measure" not in kiosks and "reliability" not in kiosks
    assert client.get(kiosks).status_code == client.get(tracts).status_code == 200
    everything = html[html.index('class="button quiet"') :]
    assert 'href="/table?measure=no_broadband&amp;sort=-residents"' in everything[:120]


def test_a_form_with_another_measure_keeps_its_order(client):
    """Whoever sorts by the measure and then chooses another one sorts by that."""
    html, _ = page(client, "sort=measure")
    assert '<input type="hidden" name="sort" value="measure">' in html
    assert column(client, "need", "sort=measure&measure=need")[0] == min(
        value for value in column(client, "need", "measure=need") if value is not None
    )


def test_nothing_fits(client):
    html, text = page(client, "q=zzz&borough=Bronx&tier=clear+top")
    assert "0 of 262 neighborhoods" in text and "None of the 262 neighborhoods fits" in text
    assert "<table" not in html
    for address in ("/table?borough=Bronx&tier=clear+top", "/table?tier=clear+top&q=zzz", "/table?borough=Bronx&q=zzz"):
        assert address in links(html)
    assert "Show all 262 neighborhoods" in text and "/table" in links(html)


def test_pages(client):
    html, text = page(client, "page=2")
    assert "Page 2 of 6" in text and text.count("Previous page") == 2
    assert [*dict.fromkeys(address for address in links(html) if "page=" in address)] == [
        "/table?page=3#rows",
        "/table?page=6#rows",
    ]
    first, _ = page(client)
    last, _ = page(client, "page=6")
    assert first.count("<tr>") == 51 and last.count("<tr>") == 262 - 250 + 1
    assert "Previous page" not in first and "Next page" not in last
    assert len({*re.findall(r'href="(/nta/[^"]+)"', first + html + last)}) == 112
    _, text = page(client, "page=7")
    assert "There is no page 7: the last one is 6" in text


def test_a_row_leads_to_its_page(client):
    for of, start in {
        "ntas": "/nta/",
        "tracts": "/tracts/36",
        "cdtas": "/collections/cdtas/items/",
        "boroughs": "/collections/boroughs/items/",
        "developments": "/developments/",
        "kiosks": "/collections/kiosks/items/",
    }.items():
        html, _ = page(client, f"of={of}")
        addresses = re.findall(r'<th scope="row"><a href="([^"]+)"', html)
        assert addresses and all(address.startswith(start) for address in addresses)
        if start.startswith(("/collections", "/developments")):
            assert client.get(unescape(addresses[-1])).status_code == 200


def test_numbers_have_units_and_what_is_not_known_is_said(client):
    html, text = page(client, "measure=no_broadband&q=bedford-stuyvesant+(east)")
    assert "12.1 % ± 1.6 points good 144 109 to 158 clearly not top 365 ± 51 84,653" in text
    _, text = page(client, "q=bedford-stuyvesant+(east)")
    assert "42.2 38.9 to 45.8" in text
    html, text = page(client, "page=6")
    assert "not known no households: shares are not defined here" in text
    assert 'href="/map?measure=gap&amp;areas=ntas"' in html
    assert 'href="/map?sites=kiosks"' in page(client, "of=kiosks")[0]
    _, text = page(client, "of=tracts")
    assert "Nothing is known of this measure here: the survey file of this snapshot is by NTA, not by tract" in text


def test_what_weak_means_is_said(client):
    _, text = page(client)
    assert "they change at 36, 45, 50, 56, 63" in text and "draws such a place dotted" in text
    _, text = page(client, "measure=no_broadband")
    assert "at most 5 percentage points" in text and "at most 10; use with care" in text
    assert "Counted : this measure has no sampling error" in page(client, "measure=supply")[1]
    assert "How sure" not in page(client, "of=kiosks")[1]


@pytest.mark.parametrize("of", TABLES)
def test_files_hold_every_row_in_view_with_what_it_is_made_of(client, of):
    query = f"of={of}&borough=Queens&sort=borough"
    found = client.json(f"/table?{query}&f=json")
    answer = client.get(f"/table?{query}&f=csv&page=1")
    assert answer.headers["content-disposition"] == f'attachment; filename="{of}-table.csv"'
    told = [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
    named = [each["name"] for each in found["columns"]]
    assert [*told[0]][: len(named)] == named
    assert {"source", "vintage", "not_real", "method_version", "snapshot"} < {*told[0]}
    assert [row[named[0]] for row in told] == [row[named[0]] for row in found["rows"]]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/table?{query}&f=xlsx").content))
    assert book.sheetnames == [of, "dictionary", "sources"]
    assert [cell.value for cell in next(book[of].iter_rows())] == [*told[0]]
    assert book[of].max_row == len(told) + 1 == found["matched"] + 1
    assert client.get(f"/table?{query}&f=csv").content == answer.content


def test_a_file_has_all_pages_and_no_word_for_what_is_not_known(client):
    told = [*csv.DictReader(io.StringIO(client.get("/table?f=csv&page=3").content.decode("utf-8-sig")))]
    assert len(told) == 262
    assert {row["reliability"] for row in told} == {"good", "fair", "weak", ""}
    assert told[0]["gap"] and told[-1]["gap"] == "" and told[-1]["note"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("colour=red", "found 'colour', parameters are: of, measure"),
        ("q=a&q=b", "given more than once"),
        ("of=parks", "of: found 'parks', expected one of: ntas"),
        ("of=enrollment", "expected one of: ntas"),
        ("measure=rent", "measure: found 'rent', expected one of: gap"),
        ("borough=Yonkers", "borough: found 'Yonkers', expected one of: Bronx"),
        ("tier=top", "tier: found 'top', expected one of:"),
        ("reliability=weak", "expected one of: any, fair, good"),
        ("sort=colour", "sort: found 'colour', expected one of: name, borough, gap"),
        ("sort=gap_low", "sort: found 'gap_low'"),
        ("sort=--gap", "sort: found '-gap'"),
        ("q=a%00b", "q: found 'a\\x00b', expected at most 200 characters, all of them printable"),
        ("q=" + "a" * 201, "at most 200 characters"),
        ("page=0", "page: found '0'"),
        ("page=1e3", "page: found '1e3'"),
        ("page=" + "9" * 5000, "expected a whole number from 1 to 1,000,000"),
        ("page=²", "page: found '²'"),
        ("f=pdf", "expected one of: html, csv, xlsx, json"),
        ("of=kiosks&measure=gap", "measure: the table of kiosks has no such thing"),
        ("of=schools&reliability=good", "reliability: the table of schools"),
        ("of=boroughs&tier=clear+top", "tier: the table of boroughs"),
        ("of=kiosks&sort=measure", "sort: found 'measure', expected one of: site_id"),
    ],
)
def test_what_makes_no_sense_is_refused(client, query, words):
    assert words in client.refused(400, f"/table?{query}")


def test_what_the_snapshot_lacks_is_said(client, tmp_path):
    said = client.refused(404, "/table?measure=no_fixed_broadband")
    assert "no ACS B28002" in said and "no_broadband" in said
    small(tmp_path, without=("developments", "kiosks"))
    with calling(create_app(Settings(var=tmp_path))) as town:
        assert "no kiosks (nobody brought kiosks)" in town.refused(404, "/table?of=kiosks")
        html, _ = page(town)
        assert "of=kiosks" not in html and "of=developments" not in html and "of=cdtas" in html


def test_nothing_that_is_typed_is_markup(client):
    html, _ = page(client, "q=%3Cscript%3E%22")
    assert "<script>" not in html and "&lt;script&gt;&#34;" in html


def test_a_measure_may_be_named_by_its_property(client):
    assert rows(client, "measure=no_broadband_share") == rows(client, "measure=no_broadband")


def test_the_small_city(town):
    found = town.json("/table", of="tracts", measure="people_left_out", f="json")
    assert found["matched"] == 6 and found["measure"] == "people_left_out"
    assert [each["name"] for each in found["columns"]].count("people_left_out") == 1
    for of in (of for of in TABLES if of != "schools"):
        page(town, f"of={of}")
        for measure in ("need", "supply", "people_left_out", "aged_65"):
            if of in AREAS:
                _, text = page(town, f"of={of}&measure={measure}")
                assert not re.search(r"\b(nan|None|NaN)\b", text)
    assert {*column(town, "reliability", "of=cdtas&measure=people_left_out")} <= {*WORDS}


def test_the_browser_keeps_what_it_has(client):
    answer = client.get("/table?q=mott")
    assert client.get("/table?q=mott", {"if-none-match": answer.headers["etag"]}).status_code == 304
    assert client.request("HEAD", "/table?q=mott").status_code == 200


def test_what_is_as_it_is_at_first_is_left_out_of_addresses():
    name, falling = first_sort("kiosks", None)
    assert as_query(Terms("kiosks", None, name, falling)) == {"of": "kiosks"}
    assert as_query(Terms("kiosks", None, "kind", falling=True, q="a", page=2)) == {
        "of": "kiosks",
        "q": "a",
        "sort": "-kind",
        "page": "2",
    }


def test_days_are_written_as_people_write_them_and_files_have_them_as_iso(client):
    html, _ = page(client, "of=kiosks&sort=-activated")
    days = [day for day in column(client, "activated", "of=kiosks&sort=-activated") if day]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", days[0]) and days[0] not in html
    assert re.search(r'<td class="date">[A-Z][a-z]{2} \d{1,2}, 20\d\d</td>', html)
    assert days[0] in client.get("/table?of=kiosks&f=csv").text


@pytest.mark.parametrize(
    ("of", "asked"),
    [
        *((of, {}) for of in TABLES),
        *((of, {"q": "zzz", "borough": "Bronx"}) for of in TABLES if of != "boroughs"),
        ("ntas", {"q": "zzz", "reliability": "fair", "tier": "not known"}),
        ("ntas", {"measure": "no_broadband", "borough": "Bronx"}),
        ("cdtas", {"measure": "people_left_out"}),
        ("tracts", {"measure": "supply", "page": "900"}),
        ("boroughs", {"measure": "need"}),
    ],
)
def test_all_of_the_page_can_be_translated(city, monkeypatch, of, asked):
    """What is left are names, days, and the kinds of kiosks."""
    pseudo(monkeypatch)
    with spoken(Speech("es", carried=True)):
        html = draw_table(city, view(city, read_terms({"of": of, **asked}, city)))
    frame = city.collections[of].frame
    named = {"name", "nta_name", "borough", "address", "agency", frame.columns[0]}
    names = {str(name) for column in named.intersection(frame) for name in frame[column].dropna()}
    left = {text for text in bare(html) if not re.fullmatch(r"\d{1,2} [a-z]{3,4} 20\d\d|Link1\.0|Link5G", text)}
    assert left <= names


def test_every_heading_is_known_to_translators(city):
    for of, collection in city.collections.items():
        if of in TABLES:
            measure = read_terms({"of": of}, city).measure
            for each in shown(columns_of(collection, measure)):
                assert each.name in HEADINGS or each.title in KNOWN or each.name == "gap", each
    assert {*ROWS} == {*TABLES} and {*LEAST} == {*SURELY, "any"}


def test_the_words_of_the_page_follow_the_table(client):
    for of, words in TABLES.items():
        rows_are = ROWS[of].counted(3, 1234)
        assert rows_are["total"] == f"3 of 1,234 {words}" and rows_are["name"].lower() == words.lower()
        assert rows_are["none"] == f"None of the 1,234 {words} fits."
        assert rows_are["every"] == f"Show all 1,234 {words}"


def test_files_are_in_english_whatever_the_language(client):
    for form in ("csv", "xlsx", "json"):
        plain, spanish = (client.get(f"/table?q=mott&f={form}{more}").content for more in ("", "&lang=es"))
        assert plain == spanish


def test_vintages_are_said_in_the_language_of_the_page(client):
    page = client.get("/table?lang=es", {"accept": "text/html"}).text
    assert "ACS 2019–2023, por NTA" in page and "counts of October 2025" not in page
