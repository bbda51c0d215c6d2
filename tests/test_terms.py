import pytest

from app.terms import READ, as_query, read_terms
from geo.errors import BadQuery
from geo.rollout import Terms

EVERY = {
    "waves": "8",
    "budget": "$2,000,000",
    "cost": "28.5",
    "months": "6",
    "crews": "12",
    "capacity": "Optimum:4, Spectrum:6",
    "provider": "bx:Optimum,Staten Island:Spectrum",
    "minimum": "Bronx:20%,qn:0.1",
    "include": "5, 505;060",
    "exclude": "007",
}


def test_every_term_is_read():
    assert read_terms(EVERY) == Terms(
        waves=8,
        budget_usd=2_000_000,
        cost_usd=28.5,
        months=6,
        crews=12,
        capacity={"Optimum": 4, "Spectrum": 6},
        providers={"Bronx": "Optimum", "Staten Island": "Spectrum"},
        minimum={"Bronx": 0.2, "Queens": 0.1},
        include=frozenset({"005", "505", "060"}),
        exclude=frozenset({"007"}),
    )
    assert {*EVERY} == {*READ}


def test_there_and_back():
    terms = read_terms(EVERY)
    assert read_terms(as_query(terms)) == terms
    assert as_query(terms)["minimum"] == "Bronx:0.2,Queens:0.1"


def test_what_is_declared_or_empty_is_left_out():
    assert as_query(Terms()) == {}
    assert read_terms({}) == read_terms({"waves": "", "include": " "}) == Terms()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"wave": "3"}, "'wave' is no term of a plan, terms are: waves, budget"),
        ({"waves": "three"}, "waves: found 'three', expected a whole number"),
        ({"budget": "plenty"}, "budget: found 'plenty', expected dollars a wave"),
        ({"budget": "nan"}, "expected dollars a wave above 0"),
        ({"minimum": "Bronx"}, "in 'Bronx' a name, a colon or a value is missing"),
        ({"minimum": "Yonkers:0.1"}, "'Yonkers' is no borough, boroughs are: Bronx"),
        ({"minimum": "Bronx:0.1,bx:0.2"}, "Bronx is given twice"),
        ({"include": "05a"}, "'05a' is not a TDS number"),
        ({"crews": "9" * 25}, "crews: found '9999999999999999999999999', expected developments"),
        ({"crews": "9" * 25}, "at most 1,000,000"),
        ({"cost": "1e308"}, "at most 1,000,000,000,000"),
        ({"cost": "inf"}, "at most 1,000,000,000,000"),
        ({"waves": "13"}, "expected a whole number from 1 to 12"),
    ],
)
def test_what_is_no_term_is_refused_in_words(given, said):
    with pytest.raises(BadQuery) as refused:
        read_terms(given)
    assert said in str(refused.value)


def test_a_provider_goes_by_any_of_its_names():
    terms = read_terms({"provider": "Bronx:altice, qn:SPECTRUM,bk:Verizon", "capacity": "optimum:1,Verizon:2"})
    assert terms.providers == {"Bronx": "Optimum", "Queens": "Spectrum", "Brooklyn": "Verizon"}
    assert terms.capacity == {"Optimum": 1, "Verizon": 2}
    with pytest.raises(BadQuery, match="Optimum is given twice"):
        read_terms({"capacity": "Altice:1,Optimum:2"})


def test_a_budget_without_end():
    assert read_terms({"budget": "inf"}).budget_usd == float("inf")


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(BadQuery, match=r"waves: .*; crews: "):
        read_terms({"waves": "x", "crews": "y"})
