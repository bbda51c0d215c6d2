"""Why a place has its score: on the made-up city, where it is known by hand, and on the sample."""

import re
from html import unescape

import pytest

from app.language import Speech, spoken
from app.main import create_app
from app.phrases import PHRASES
from app.place import among_widest, draw_place, ordinal, rank_words, summed_up
from app.retold import find, worded
from app.settings import Settings
from app.waterfall import added, lead
from geo.indicators import INDICATORS, NEED, REACH
from tests import city
from tests.calling import calling
from tests.city import A1, C2
from tests.pseudo import bare, pseudo
from tests.snapshots import small


def words(answer):
    """The text of the page that `answer` must be."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture(scope="module")
def town(small_var):
    """The made-up city, its survey by tract."""
    with calling(create_app(Settings(var=small_var))) as running:
        yield running


@pytest.fixture(scope="module")
def sample(sample_var):
    with calling(create_app(Settings(var=sample_var))) as running:
        yield running


def by_code(rows):
    return {row["code"]: row for row in rows}


def test_the_parts_add_up_by_hand(town):
    """
    A1 has 10 % without broadband (of 20 %: 50), 20 % without cable (of 40 %: 50), 5 % without a computer (of 10 %: 50),
    20 % poor (of 50 %: 40) and 10 % old (of 25 %: 40); of 250 residents 150 are within 400 m of the kiosk.
    """
    told = town.json(f"/tracts/{A1}", f="json")
    steps = by_code(told["steps"])
    by_hand = {
        "connection": (50, 12.5),
        "no_broadband": (50, 6.25),
        "no_fixed_broadband": (50, 6.25),
        "devices": (50, 12.5),
        "no_computer": (50, 12.5),
        "circumstances": (40, 10),
        "below_150_poverty": (40, 5),
        "aged_65": (40, 5),
        "need": (140 / 3, 35),
        "beyond_reach": (40, 10),
        "gap": (45, 45),
    }
    assert [*steps] == [*by_hand]
    for name, (score, adds) in by_hand.items():
        assert (steps[name]["score"], steps[name]["adds"]) == pytest.approx((score, adds)), name
    assert steps["beyond_reach"]["start"] == pytest.approx(35) and steps["beyond_reach"]["end"] == pytest.approx(45)
    assert [step["kind"] for step in told["steps"]][-3:] == ["need", "reach", "gap"]
    assert steps["no_broadband"]["source"] == "ACS B28002" and steps["no_broadband"]["vintage"] == "2026"


@pytest.mark.parametrize("nta", ["BX0101", "QN1003", "MN0101", "BK1803"])
def test_the_parts_add_up_everywhere(sample, nta):
    steps = sample.json(f"/nta/{nta}", f="json")["steps"]
    row = sample.json(f"/collections/ntas/items/{nta}", f="json")["properties"]
    of = {kind: [step for step in steps if step["kind"] == kind] for kind in ("indicator", "dimension", "need")}
    gap = steps[-1]
    dimensions = sum(step["adds"] for step in of["dimension"])
    assert sum(step["adds"] for step in of["indicator"]) == pytest.approx(dimensions)
    assert of["need"][0]["adds"] == pytest.approx(dimensions)
    assert dimensions + steps[-2]["adds"] == pytest.approx(gap["adds"]) == pytest.approx(gap["score"])
    assert gap["score"] == pytest.approx(row["gap"], abs=0.05)
    for step in (*of["dimension"], steps[-2]):
        assert step["score"] == pytest.approx(row[step["code"]], abs=0.05)
        assert step["adds"] == pytest.approx(step["weight"] * step["score"])
        assert step["low"] <= step["score"] <= step["high"]
    assert steps[-3]["end"] == pytest.approx(steps[-2]["start"]) and steps[-2]["end"] == pytest.approx(gap["end"])


def test_a_page_says_what_the_data_say(sample):
    text = words(sample.get("/nta/BX0101"))
    told = sample.json("/nta/BX0101", f="json")
    for part in (
        *("Mott Haven-Port Morris", "Neighborhood (NTA) BX0101", "Bronx", "BX01 Melrose"),
        "18.1 % ± 2.8 of households have no broadband of any type, higher than the city’s 11.0 % ± 0.2:",
        "a significant difference",
        *("ACS DP02", "ACS B06012", "ACS 2019–2023, by NTA", "good"),
        "Among the widest fifth of gaps in",
        "likely top. Its place is 20th, 90 % interval 15th to 60th of 200",
        "approximate and rather cautious, since a place is a part of its borough and of the city",
        "56,669 ± 2,650",
        "Public computer centres (synthetic)",
        *("Not in this score: Households without cable", told["method_version"], told["snapshot"]),
    ):
        assert part in text, part
    assert not re.search(r"\b(nan|None|True|False)\b", text)


def test_the_comparison_with_borough_and_city(sample):
    told = by_code(sample.json("/nta/BX0101", f="json")["compared"])
    borough, whole = told["no_broadband"]["against"]
    assert (borough["name"], whole["name"]) == ("Bronx", "the city")
    row = sample.json("/collections/boroughs/items/Bronx", f="json")["properties"]
    assert borough["value"] == pytest.approx(row["no_broadband_share"], abs=5e-5)
    here = told["no_broadband"]
    margins = [(one["high"] - one["low"]) / 2 for one in (here, whole)]
    assert whole["significant"] is (abs(here["value"] - whole["value"]) > (margins[0] ** 2 + margins[1] ** 2) ** 0.5)
    assert told["aged_65"]["against"][1]["verdict"] == "lower here, significant"
    assert told["beyond_reach"]["against"][1]["verdict"] == "lower here, counted"
    assert told["need"]["against"][0]["low"] == pytest.approx(row["need_low"], abs=0.05)
    whole = told["need"]["against"][1]
    assert whole["low"] < whole["value"] < whole["high"] < whole["low"] + 2


def test_links_lead_somewhere(sample):
    for path in ("/nta/BX0101", "/tracts/36005001901"):
        for address in {*re.findall(r'href="([^"#]+)', sample.get(path).text)}:
            assert sample.get(unescape(address)).status_code == 200, address


def test_a_neighborhood_lists_its_tracts_and_a_tract_its_neighborhood(sample):
    told = sample.json("/nta/BX0101", f="json")
    listed = sample.json("/collections/tracts/items", nta="BX0101", limit=100)["features"]
    assert [tract["id"] for tract in told["tracts"]] == [tract["id"] for tract in listed]
    tract = sample.json(f"/tracts/{told['tracts'][0]['id']}", f="json")
    assert tract["neighborhood"] == {"id": "BX0101", "name": "Mott Haven-Port Morris"} and tract["tracts"] == []
    assert 'href="/nta/BX0101"' in sample.get("/tracts/36005001901").text


def test_a_place_without_a_score_says_why(sample, town):
    text = words(sample.get("/tracts/36005001901"))
    for part in (
        "The gap is not known: the survey file of this snapshot is by NTA, not by tract.",
        "Not ranked: it has no score.",
        "of residents live farther than 400 m from working public access, higher than the city’s",
        "see its neighborhood, Mott Haven-Port Morris",
    ):
        assert part in text, part
    told = town.json(f"/tracts/{C2}", f="json")
    assert {step["adds"] for step in told["steps"]} == {None}
    park = town.get(f"/tracts/{C2}").text
    assert "<svg" not in park and not re.search(r"\b(nan|None)\b", park)


def test_without_margins_significance_is_not_told(tmp_path):
    survey = city.adoption()
    small(tmp_path, adoption=survey.drop(columns=[name for name in survey if name.endswith("M")]))
    with calling(create_app(Settings(var=tmp_path))) as client:
        told = client.json(f"/tracts/{A1}", f="json")
        assert {one["verdict"].partition(", ")[2] for one in by_code(told["compared"])["need"]["against"]} == {
            "cannot be told: no margin"
        }
        text = words(client.get(f"/tracts/{A1}"))
    for part in (
        "significance cannot be told: no margin",
        "by the estimates alone. No intervals: a margin of error is missing.",
        "margin not known",
        "interval not known",
        "Margins of error are not known: upstream gave none",
    ):
        assert part in text, part


def test_what_is_near_by_hand(town):
    """The live kiosk is in A1, the open centre 1,500 m east of it; the planned kiosk and the other centre count not."""
    near = {one["layer"]: one for one in town.json(f"/tracts/{A1}", f="json")["near"]}
    assert [(site["id"], site["metres"]) for site in near["kiosks"]["sites"]] == [("k-live", 0)]
    assert [site["id"] for site in near["facilities"]["sites"]] == ["c-open"]
    assert near["facilities"]["sites"][0]["metres"] == pytest.approx(1500, abs=0.2)
    homes = near["developments"]
    assert [(site["id"], round(site["metres"])) for site in homes["sites"]] == [("001", 0), ("002", 0), ("003", 500)]
    assert (homes["inside"], homes["unplaced"]) == (2, 1)
    assert (near["schools"]["known"], near["schools"]["inside"], near["schools"]["sites"]) == (False, None, [])
    assert "Public and charter schools: not in this snapshot." in words(town.get(f"/tracts/{A1}"))


def test_a_panel_is_the_article_alone(sample):
    panel, page = (sample.get("/nta/BX0101", f=form).text.strip() for form in ("panel", "html"))
    assert panel.startswith('<article class="why" data-layer="ntas" data-id="BX0101" ')
    assert panel.endswith("</article>") and "data-summary" not in page
    assert "<h1" not in panel and panel.count("<h2") == 1 and 'href="/nta/BX0101">' in panel
    assert page.count("<h1") == 1 and "<h3" not in page
    assert panel.count('role="img"') == page.count('role="img"') == len(sample.json("/nta/BX0101", f="json")["steps"])


def test_answers_are_kept_by_their_etag(sample):
    for form in ("html", "json", "panel"):
        etag = sample.get("/nta/BX0101", f=form).headers["etag"]
        assert sample.get("/nta/BX0101", {"if-none-match": etag}, f=form).status_code == 304


def test_there_is_no_page_of_nowhere(sample):
    said = sample.refused(404, "/nta/XX0000")
    assert said == (
        "'XX0000' is not a neighborhood; NTA codes have six characters; there are 262, BK0101 to SI9593: see"
        " /collections/ntas/items"
    )
    assert "GEOIDs have eleven digits; there are 2,325, 36005" in sample.refused(404, "/tracts/BX0101")
    assert "found 'x', parameters are: f" in sample.refused(400, "/nta/BX0101", x="1")
    assert "expected one of: html, json, panel" in sample.refused(400, "/nta/BX0101", f="csv")


def test_names_are_text(tmp_path):
    tracts = city.tracts().assign(nta_name="<script>alert(1)</script> & Co", name="A & <b>")
    small(tmp_path, tracts=tracts)
    with calling(create_app(Settings(var=tmp_path))) as client:
        for path in ("/nta/BK0101", f"/tracts/{A1}"):
            page = client.get(path).text
            assert "<script>alert" not in page and "<b>" not in page.replace("<b>Working", "").split("What is near")[0]
            assert "&amp;" in page


def test_draws_and_places_in_words():
    assert [among_widest(share, "likely top") for share in (0, 0.001, 0.97, 0.999, 1)] == [
        "Among the widest fifth of gaps in no draw: likely top.",
        "Among the widest fifth of gaps in fewer than 1 of 100 draws: likely top.",
        "Among the widest fifth of gaps in 97 of 100 draws: likely top.",
        "Among the widest fifth of gaps in more than 99 of 100 draws: likely top.",
        "Among the widest fifth of gaps in all draws: likely top.",
    ]
    told = " ".join(ordinal(place) for place in (1, 2, 3, 4, 11, 12, 13, 21, 112, 1022))
    assert told == "1st 2nd 3rd 4th 11th 12th 13th 21st 112th 1,022nd"
    with spoken(Speech("es")):
        assert ordinal(1022) == "1,022"


def test_a_rank_in_words():
    rank = {"place": 3.0, "low": 1.0, "high": 9.0, "p_top20": 0.97, "tier": "clear top", "of": 200, "note": None}
    assert rank_words(rank) == (
        "Among the widest fifth of gaps in 97 of 100 draws: clear top. Its place is 3rd, 90\u00a0% interval 1st to 9th"
        " of 200, the 1st being the widest gap."
    )
    assert rank_words({**rank, "place": None, "note": "not ranked: it has no score"}) == "Not ranked: it has no score."


def test_a_gap_that_is_not_known_in_words():
    assert lead([{"adds": None}], None) == "The gap is not known: a part of it is not known here."


def test_where_a_place_is_and_what_it_comes_to(sample, town):
    for address, layer, client in (("/nta/BX0101", "ntas", sample), (f"/tracts/{A1}", "tracts", town)):
        bbox = client.json(address, f="json")["bbox"]
        assert bbox == client.json(f"/collections/{layer}/items/{address.rpartition('/')[2]}")["bbox"]
        panel = client.get(address, f="panel").text
        assert f'data-layer="{layer}" data-id="{address.rpartition("/")[2]}"' in panel
        assert f'data-bbox="{",".join(map(str, bbox))}"' in panel
        assert f'href="/compare?of={layer}&amp;a={address.rpartition("/")[2]}"' in panel
    summary = re.search(r'<p class="unseen" data-summary>(.*?)</p>', sample.get("/nta/BX0101", f="panel").text)[1]
    assert summary == (
        "Mott Haven-Port Morris: gap 67.1 of 100, 90\u00a0% interval 61.5 to 69.4;"
        " among the widest fifth of gaps: likely top; people left out: 513 ± 82."
    )


def test_a_summary_says_what_is_not_known():
    gap = {"score": 45.0, "low": None, "high": None, "adds": 45.0}
    rank = {"tier": None, "note": "no intervals: a margin of error is missing"}
    assert summed_up("Here", gap, rank, {"value": 1200.0, "moe": None}) == (
        "Here: gap 45.0 of 100, interval not known; no intervals: a margin of error is missing; people left out: 1,200,"
        " margin not known."
    )
    rank = {"tier": None, "note": "not ranked: it has no score"}
    nothing = summed_up("Here", gap | {"score": None, "adds": None}, rank, {"value": None, "moe": None})
    assert nothing == "Here: gap not known; people left out not known."


@pytest.mark.parametrize(
    ("geography", "id"), [("ntas", "BX0101"), ("ntas", "MN0191"), ("ntas", "BX2691"), ("tracts", "36005001901")]
)
def test_a_place_speaks_the_language_of_the_page(sample, monkeypatch, geography, id):
    pseudo(monkeypatch)
    served = sample.state["live"].service.city
    with spoken(Speech("es", carried=True)):
        page = draw_place(served, geography, id, panel=True) + draw_place(served, geography, id)
    told = sample.json(f"{'/nta' if geography == 'ntas' else '/tracts'}/{id}", f="json")
    sites = [site["name"] for kind in told["near"] for site in kind["sites"]]
    names = {told["name"], told["borough"], id, "GeoJSON", *sites}
    assert [text for text in bare(page) if text not in names and not re.fullmatch(r"ACS [A-Z0-9, ]+", text)] == []
    assert f'href="/compare?of={geography}&amp;a={id}&amp;lang=es"' in page


def test_the_document_is_in_english_whatever_the_language(sample):
    english, spanish = (
        sample.get("/nta/BX0101", {"accept-language": language}, f="json").content for language in ("en", "es")
    )
    assert english == spanish


def test_what_is_said_of_indicators_and_reasons_can_be_translated(sample):
    said = {f"{{share}} {indicator.finding}" for indicator in INDICATORS}
    said |= {added(dimension.code) for dimension in (*NEED, REACH)}
    for name in ("ntas", "tracts", "boroughs"):
        frame = sample.state["live"].service.city.collections[name].frame
        for column in {"note", "margin_note", "rank_note"}.intersection(frame):
            said |= {part for note in frame[column].dropna().unique() for part in note.split("; ")}
    assert {words for words in said if find(words) is None} <= {*PHRASES}


def test_reasons_are_said_part_by_part(monkeypatch):
    note = (
        "no households: shares are not defined here; "
        "1,599 people live in areas too small to score and are not in the counts"
    )
    assert worded(note) == note
    pseudo(monkeypatch)
    with spoken(Speech("es")):
        assert worded(note) == (
            "⟦no households: shares are not defined here⟧⟦; ⟧"
            "⟦1,599 people live in areas too small to score and are not in the counts⟧"
        )


def test_chance_is_said_of_comparisons_without_a_difference(sample):
    """One in ten of those is called significant; of the differences that are found it may be more or fewer."""
    page = sample.get("/nta/BX0101", {"accept": "text/html"}).text
    assert "Of comparisons where there is no difference, one in ten is still called significant by chance." in page
