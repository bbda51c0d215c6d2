"""
What need is made of: the indicators, their dimensions and goalposts, in one table.

The scoring code names no indicator; adding one is adding a row. Goalposts turn a share into 0–100: at or below the
first 0, at or above the second 100. They are fixed, so that a score of one year means the same in another: the first
is 0, the second the 95th percentile of New York's NTAs (weighted by the universe) in the base vintage, to five points.
"""

from dataclasses import dataclass
from typing import Final

BASE_VINTAGE: Final = "ACS 2019–2023 by NTA, in data/; fixed broadband ACS 2020–2024 by tract, not in data/"


@dataclass(frozen=True)
class Ratio:
    """A share in ACS variables: the sum of `part` over `whole`; `rest` means those who are not in the part."""

    part: tuple[str, ...]
    whole: str
    rest: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable that the share needs."""
        return (*self.part, self.whole)


@dataclass(frozen=True)
class Indicator:
    """
    One indicator of need; more of it is more need.

    Attributes
    ----------
    finding
        The words that follow a share in a sentence.
    ratios
        The ways to compute it, the first whose variables the snapshot has is taken.
    goalposts
        The shares that score 0 and 100.
    """

    code: str
    label: str
    finding: str
    universe: str
    dimension: str
    source: str
    ratios: tuple[Ratio, ...]
    goalposts: tuple[float, float]


@dataclass(frozen=True)
class Dimension:
    """One of the equally weighted parts of the gap."""

    code: str
    label: str
    weight: float = 1.0


NEED: Final = (
    Dimension("connection", "No broadband at home"),
    Dimension("devices", "No computer at home"),
    Dimension("circumstances", "Low income and older age"),
)
REACH: Final = Dimension("beyond_reach", "Beyond reach of public access")
"""The part of the gap that is not need: 100 minus supply."""

INDICATORS: Final = (
    Indicator(
        code="no_broadband",
        label="Households without broadband of any type",
        finding="of households have no broadband of any type",
        universe="households",
        dimension="connection",
        source="ACS B28002 (or DP02)",
        ratios=(
            Ratio(("B28002_004",), "B28002_001", rest=True),
            Ratio(("DP02_0154",), "DP02_0001", rest=True),
        ),
        goalposts=(0.0, 0.20),
    ),
    Indicator(
        code="no_fixed_broadband",
        label="Households without cable, fibre or DSL",
        finding="of households have no cable, fibre or DSL",
        universe="households",
        dimension="connection",
        source="ACS B28002",
        ratios=(Ratio(("B28002_007",), "B28002_001", rest=True),),
        goalposts=(0.0, 0.40),
    ),
    Indicator(
        code="no_computer",
        label="Households without a computer or smartphone",
        finding="of households have no computer or smartphone",
        universe="households",
        dimension="devices",
        source="ACS B28001 (or DP02)",
        ratios=(
            Ratio(("B28001_011",), "B28001_001"),
            Ratio(("DP02_0153",), "DP02_0001", rest=True),
        ),
        goalposts=(0.0, 0.10),
    ),
    Indicator(
        code="below_150_poverty",
        label="People below 150 % of the poverty level",
        finding="of people are below 150 % of the poverty level",
        universe="people whose poverty status is known",
        dimension="circumstances",
        source="ACS C17002 (or B06012)",
        ratios=(
            Ratio(("C17002_002", "C17002_003", "C17002_004", "C17002_005"), "C17002_001"),
            Ratio(("B06012_002", "B06012_003"), "B06012_001"),
        ),
        goalposts=(0.0, 0.50),
    ),
    Indicator(
        code="aged_65",
        label="People aged 65 and over",
        finding="of people are 65 or older",
        universe="people",
        dimension="circumstances",
        source="ACS DP05 (or B01001)",
        ratios=(Ratio(("DP05_0024",), "DP05_0001"), Ratio(("DP05_0024",), "B01001_001")),
        goalposts=(0.0, 0.25),
    ),
)

CHILDREN: Final = Indicator(
    code="children",
    label="Households with somebody under 18",
    finding="of households have somebody under 18",
    universe="households",
    dimension="",
    source="ACS DP02",
    ratios=(Ratio(("DP02_0014",), "DP02_0001"),),
    goalposts=(0.0, 0.40),
)
"""Not a part of need: of the priority of developments, as the nearest published count of school-age children."""

POPULATION: Final = ("B01003_001", "B01001_001", "DP05_0001")
HOUSEHOLDS: Final = ("B28002_001", "DP02_0001")
MEDIAN_INCOME: Final = "B19013_001"
NOT_CONNECTED: Final = "no_broadband"
"""The indicator that counts the people without broadband."""

MIN_HOUSEHOLDS: Final = 30
"""A place with fewer households is not scored: a share of so few says nothing of the place."""
