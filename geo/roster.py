"""The contract of the developments as they are published: every property, with its title and unit."""

from geo.indicators import CHILDREN, INDICATORS
from geo.method import WALK_M
from geo.published import curve, share
from geo.tables import DEVELOPMENTS, Column, Table, date, flag, number, text


def developments(walk_m: float = WALK_M) -> Table:
    """The contract of the rated developments."""
    return Table(
        name="developments",
        title=DEVELOPMENTS.title,
        key="tds",
        shape="polygon",
        everywhere=False,
        columns=(
            *DEVELOPMENTS.columns,
            *_eligibility(),
            *_enrollment(),
            *_priority(),
            *_plan(),
            *_place(walk_m),
            *_outreach(),
            text("note", "Why a value is missing"),
        ),
    )


def _eligibility() -> tuple[Column, ...]:
    return (
        text("state", "Public housing, PACT planned, PACT converted, or not confirmed", nullable=False),
        flag("eligible", "Whether Big Apple Connect may serve it; empty where it is not confirmed", nullable=True),
        text("eligibility", "The same in words", nullable=False),
        text("timeline", "Its states, with the days on which they change", nullable=False),
    )


def _enrollment() -> tuple[Column, ...]:
    return (
        text("provider", "Provider"),
        date("reported", "Last enrollment report"),
        number("households", "Households: reported, or else its apartments", "households"),
        number("subscribers", "Households that subscribe", "households"),
        number("unconnected", "Households not yet subscribed", "households"),
        text("counted_from", "Where the households are counted from"),
        number("enrolled_share", "Households that subscribe", "share"),
        text("enrollment_note", "What must be known of its last report"),
        text("reported_with", "Other developments that are reported under the same name (TDS)"),
        date("first_reported", "First enrollment report"),
        number("gained_12_weeks", "Households gained in about 12 weeks to the last report", "households"),
        number("pace_per_week", "Households gained a week, over the same time", "households a week"),
        flag("stalled", "No gain for at least 8 weeks while households are unconnected", nullable=True),
        date("stalled_since", "The report since which it has stalled"),
        text("trend_note", "What is to be said of the trend, or why there is none"),
    )


def _priority() -> tuple[Column, ...]:
    return (
        number("priority", "Priority, 0–100", "points"),
        number("priority_low", "Priority: lower end of its 90 % interval, by the margins of need alone", "points"),
        number("priority_high", "Priority: upper end of the same", "points"),
        number("p_top20", "Probability of being among the first fifth of the ranked", "share"),
        number("p_top20_mc_error", "The same: standard error of simulation", "share"),
        text("tier", "What follows from that probability, in words"),
        text("tier_note", "Why there is no interval or no tier"),
        text("reasons", "Why, in words", nullable=False),
        text("changes", "What would change it, all else equal", nullable=False),
    )


def _plan() -> tuple[Column, ...]:
    return (
        number("wave", "Wave of the standing plan, 1 for the first", "rank"),
        number("wave_kept_share", "How often it is in that wave when need is drawn within its margins", "share"),
        number("wave_kept_mc_error", "The same: standard error of simulation", "share"),
        number("weighted_households", "Households to connect, each by need / 100", "need-weighted households"),
        number("plan_cost_usd", "What the plan pays for them", "USD"),
        text("plan_note", "Why it is in no wave, or what its wave assumes"),
    )


def _place(walk_m: float) -> tuple[Column, ...]:
    return (
        number("need", "Need of its place, 0–100", "points"),
        number("need_low", "Need: lower end of its 90 % interval", "points"),
        number("need_high", "Need: upper end of its 90 % interval", "points"),
        text("need_from", "The areas that the need is taken from: tracts or NTAs"),
        number("supply", "Its grounds within reach of working public access, 0–100", "points"),
        *curve(walk_m, "Its grounds"),
        *(
            column
            for indicator in (*INDICATORS, CHILDREN)
            for column in share(indicator.code, f"{indicator.label} (of its place, not its residents)")[:2]
        ),
        text("nearest_kiosk", "Nearest working kiosk (site id)"),
        number("nearest_kiosk_m", "Straight line to it from the outline", "m"),
        text("nearest_centre", "Nearest computer centre open to all ages"),
        number("nearest_centre_m", "Straight line to it from the outline", "m"),
    )


def _outreach() -> tuple[Column, ...]:
    return (
        number("peers", "Similar developments that it is compared with", "developments"),
        text("peers_are", "Which those are"),
        number(
            "expected_low_share", "Enrolled share to be expected from them: lower end of the 90 % interval", "share"
        ),
        number("expected_high_share", "Enrolled share to be expected from them: upper end", "share"),
        text("outreach", "Below, within or above the range of similar developments"),
        number("shortfall_households", "Households short of the lower end", "households"),
        number("gained_per_100", "Households gained in 12 weeks for each 100 unconnected", "households per 100"),
        number("gained_low_per_100", "The same of similar ones: lower end of the 90 % interval", "households per 100"),
        number("gained_high_per_100", "The same of similar ones: upper end", "households per 100"),
        text("pace", "Below, within or above the pace of similar developments"),
        text("outreach_reason", "The same in a sentence"),
    )
