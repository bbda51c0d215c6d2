"""The tables that loaders make and that scoring and serving rely on, each with its contract."""

from typing import Final

from geo.contracts import Column, Table, date, first_reason, flag, number, text

__all__ = ["Column", "Table", "date", "first_reason", "flag", "number", "text"]

TRACTS = Table(
    name="tracts",
    title="Census tracts, 2020",
    key="geoid",
    floor=2300,
    shape="polygon",
    columns=(
        text("geoid", "Tract GEOID (state, county, tract; 11 digits)", nullable=False),
        text("name", "Tract name", nullable=False),
        text("nta", "2020 Neighborhood Tabulation Area code", nullable=False),
        text("nta_name", "Neighborhood Tabulation Area name", nullable=False),
        text("cdta", "2020 Community District Tabulation Area code", nullable=False),
        text("cdta_name", "Community District Tabulation Area name", nullable=False),
        text("borough", "Borough", nullable=False),
    ),
)

ADOPTION = Table(
    name="adoption",
    title="American Community Survey: internet, computers, poverty and age",
    key="place",
    floor=250,
    columns=(
        text("place", "Tract GEOID or NTA code", nullable=False),
        text("geography", "What a row is: tract or nta", nullable=False),
    ),
    further=r"[A-Z]+\d+[A-Z]?_\d{3,4}[EM]",
)
"""Besides these, a column for each ACS variable that upstream gave: `B28002_001E` estimate, `B28002_001M` margin."""

LOTS = Table(
    name="lots",
    title="Residential tax lots",
    key="bbl",
    floor=700_000,
    shape="point",
    columns=(
        text("bbl", "Borough, block and lot (10 digits)", nullable=False),
        number("units", "Residential units", "homes", nullable=False, most=20_000),
        number("residents", "Residents", "people", most=60_000),
    ),
)

DEVELOPMENTS = Table(
    name="developments",
    title="NYCHA developments",
    key="tds",
    floor=250,
    shape="polygon",
    everywhere=False,
    columns=(
        text("tds", "NYCHA development number (TDS, 3 digits)", nullable=False),
        text("name", "Development", nullable=False),
        text("borough", "Borough; several for scattered sites"),
        text("community_district", "Community district, as NYCHA states it"),
        text("council_district", "City Council district"),
        text("program", "Housing programme"),
        number("apartments", "Current apartments", "homes", most=10_000),
        number("residents", "Residents", "people", most=30_000),
        text("senior", "Whether for older adults: exclusively, partially"),
        date("completed", "Completion date"),
        date("pact_date", "Date of conversion to PACT/RAD"),
        text("pact_text", "What the data book says of a conversion where that is not a date"),
        text("pact_listed", "Converted or planned, as an unofficial list of conversions has it"),
        text("consolidated_tds", "The development that it is managed with (TDS)"),
    ),
)

ENROLLMENT = Table(
    name="enrollment",
    title="Big Apple Connect enrollment reports",
    key="record",
    floor=100,
    columns=(
        text("record", "Development and reporting date", nullable=False),
        text("tds", "NYCHA development number (TDS, 3 digits)", nullable=False),
        date("reported", "Reporting date", nullable=False),
        text("reported_name", "Development, as reported", nullable=False),
        text("provider", "Provider"),
        number("households", "Households", "households", nullable=False, most=10_000),
        number("subscribers", "Households that subscribe", "households", nullable=False, most=10_000),
        number("enrolled_share", "Households that subscribe", "share", most=1),
        text("reported_with", "Other developments that are reported under the same name (TDS)"),
    ),
)
"""One row a development and reporting date; a name that stands for several is split by their apartments."""

PHASES = Table(
    name="phases",
    title="Big Apple Connect: developments whose phase is publicly known",
    key="tds",
    columns=(
        text("tds", "NYCHA development number (TDS, 3 digits)", nullable=False),
        text("name", "Development, as announced", nullable=False),
        text("phase", "Phase, as announced", nullable=False),
        date("announced", "Announced on"),
        text("source_url", "Where it was announced"),
    ),
)
"""Not part of the score: what the City did, for the backtest (`geo.backtest`)."""

KIOSKS = Table(
    name="kiosks",
    title="LinkNYC and Link5G kiosks",
    key="site_id",
    floor=2_000,
    shape="point",
    columns=(
        text("site_id", "Site", nullable=False),
        text("kind", "Link1.0, Link5G or payphone", nullable=False),
        text("planned_type", "Kiosk type as upstream writes it"),
        text("status", "Installation status", nullable=False),
        flag("working", "Live and a kiosk: counts as public access"),
        text("borough", "Borough", nullable=False),
        text("community_district", "Community district (3 digits)"),
        text("council_district", "City Council district"),
        text("address", "Street address"),
        date("installed", "Installation complete"),
        date("activated", "Activation complete"),
    ),
)

SCHOOLS = Table(
    name="schools",
    title="Public and charter schools",
    key="dbn",
    floor=1_500,
    shape="point",
    everywhere=False,
    columns=(
        text("dbn", "District, borough and number", nullable=False),
        text("name", "School", nullable=False),
        text("building", "Primary building code"),
        text("address", "Address"),
        text("borough", "Borough of the DBN", nullable=False),
        text("category", "Kind of school"),
        text("managed_by", "DOE or charter"),
        text("grades", "Grades"),
        number("pupils", "Pupils enrolled", "people", most=20_000),
        number("economic_need_share", "Economic Need Index", "share", most=1),
        text("economic_need_note", "How the index is to be read where upstream withheld it"),
    ),
)

MASTER_PLAN = Table(
    name="master_plan",
    title="Internet Master Plan of 2020: adoption by neighborhood",
    key="code",
    floor=195,  # all of 2010: without one its lots would fall to a neighbor
    shape="polygon",
    columns=(
        text("code", "2010 Neighborhood Tabulation Area code", nullable=False),
        text("name", "Neighborhood Tabulation Area name"),
        number("home_adoption_share", "Households with broadband at home", "share", most=1),
        number("mobile_adoption_share", "Households with mobile broadband", "share", most=1),
        number("households", "Households", "households", most=500_000),
    ),
)
"""Not part of the score: a yardstick from outside (`geo.agreement`)."""

MASTER_PLAN_VINTAGE: Final = "ACS 2013–2017 and FCC Form 477 of December 2017"

FACILITIES = Table(
    name="facilities",
    title="Public computer centres",
    key="facility_id",
    floor=400,
    shape="point",
    columns=(
        text("facility_id", "Centre", nullable=False),
        text("name", "Name", nullable=False),
        text("agency", "Overseeing agency"),
        text("operator", "Operator"),
        text("borough", "Borough"),
        text("address", "Address"),
        text("access", "Who may use it, as upstream states it"),
        flag("open_to_all_ages", "Not reserved for older adults (a card or a membership may be asked for): counts"),
        flag("wifi", "Wi-Fi available", nullable=True),
        number("workstations", "Computers for the public", "computers", most=2_000),
        number("wireline_down_mbps", "Measured wireline download", "Mbit/s", most=100_000),
        number("wifi_down_mbps", "Measured Wi-Fi download", "Mbit/s", most=100_000),
    ),
)
