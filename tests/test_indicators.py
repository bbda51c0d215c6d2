from geo.indicators import INDICATORS, MEDIAN_INCOME, NEED, NOT_CONNECTED, REACH
from geo.tables import ADOPTION


def test_codes_are_unique_and_in_a_dimension():
    codes = [indicator.code for indicator in INDICATORS]
    assert len({*codes}) == len(codes)
    assert {indicator.dimension for indicator in INDICATORS} == {dimension.code for dimension in NEED}
    assert REACH not in NEED
    assert NOT_CONNECTED in codes


def test_goalposts_rise():
    assert all(0 <= low < high <= 1 for low, high in (indicator.goalposts for indicator in INDICATORS))


def test_variables_are_those_that_the_contract_admits():
    variables = [name for indicator in INDICATORS for ratio in indicator.ratios for name in ratio.variables]
    frame = dict.fromkeys(f"{name}{kind}" for name in (*variables, MEDIAN_INCOME) for kind in "EM")
    assert len(ADOPTION.measures(frame)) == len(frame)


def test_each_source_names_its_tables():
    for indicator in INDICATORS:
        tables = {name.split("_")[0] for ratio in indicator.ratios for name in ratio.part}
        assert all(table in indicator.source or table == "DP05" for table in tables), indicator.code
