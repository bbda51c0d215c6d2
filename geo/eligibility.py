"""
Which developments Big Apple Connect may serve, and since when, or until when.

The programme serves public housing. A development that converts to PACT/RAD leaves it on the day of its conversion
(Office of Technology and Innovation, September 2022). The dates are those of the data book of NYCHA; one that it lists
as public housing and the map of public housing no longer shows is not confirmed either way. Planned conversions are
known from an unofficial list alone, and change nothing before they happen.
"""

from typing import Final

import geopandas as gpd
import pandas as pd

from geo.tables import first_reason

ELIGIBLE: Final = "eligible"
PUBLIC, PLANNED, CONVERTED, UNCONFIRMED = "public housing", "PACT planned", "PACT converted", "not confirmed"
ANSWERS: Final = {PUBLIC: True, PLANNED: True, CONVERTED: False, UNCONFIRMED: None}
LISTED: Final = "; an unofficial list says "


def states(developments: gpd.GeoDataFrame, as_of: str) -> pd.Series:
    """The state of each development on the ISO date `as_of`: one of the four above."""
    pact, listed = developments["pact_date"], developments["pact_listed"]
    return first_reason(
        developments.index,
        (pact.notna() & (pact <= as_of), CONVERTED),
        (developments["pact_text"].notna() | (developments.geometry.isna() & pact.isna()), UNCONFIRMED),
        (pact.notna() | (listed == "planned"), PLANNED),
    ).fillna(PUBLIC)


def eligibility(developments: gpd.GeoDataFrame, as_of: str) -> pd.Series:
    """Whether each development may be served on the ISO date `as_of`, in words that start with the answer."""
    pact, listed = developments["pact_date"], developments["pact_listed"]
    state = states(developments, as_of)
    unconfirmed = state == UNCONFIRMED
    doubt = (LISTED + listed.astype(str)).where(listed == "converted", "")
    return first_reason(
        developments.index,
        (state == CONVERTED, "not eligible: converted to PACT on " + pact.astype(str)),
        (
            unconfirmed & developments["pact_text"].notna(),
            "not confirmed: a conversion to PACT is stated, its date cannot be read",
        ),
        (unconfirmed, "not confirmed: no longer on the map of public housing" + doubt),
        (pact.notna(), f"{ELIGIBLE} until conversion to PACT on " + pact.astype(str)),
        (listed == "planned", f"{ELIGIBLE}{LISTED}that a conversion to PACT is planned"),
        (listed == "converted", f"{ELIGIBLE}{LISTED}converted"),
    ).fillna(ELIGIBLE)


def eligible(developments: gpd.GeoDataFrame, as_of: str) -> pd.Series:
    """True, False, or None where it is not confirmed; on the ISO date `as_of`."""
    return states(developments, as_of).map(lambda state: ANSWERS[state]).astype(object)


def history(developments: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Every state that a development is known to have had or to be going to have.

    Returns
    -------
    history
        `tds` (index of `developments`), `state`, `since` and `until` (ISO dates, the last day not included; None where
        it is not known or has not ended), `eligible` (True, False, None); in the order of time.
    """
    dated = developments["pact_date"].notna()
    before = pd.DataFrame(
        {
            "tds": developments.index,
            "state": states(developments, "0000-01-01").mask(dated, PUBLIC).to_numpy(),
            "since": None,
            "until": developments["pact_date"].to_numpy(),
        }
    )
    after = pd.DataFrame(
        {
            "tds": developments.index[dated],
            "state": CONVERTED,
            "since": developments["pact_date"][dated].to_numpy(),
            "until": None,
        }
    )
    both = pd.concat([before, after]).sort_values("tds", kind="stable", ignore_index=True)
    both["eligible"] = both["state"].map(lambda state: ANSWERS[state]).astype(object)
    return both.astype(object).where(both.notna(), None)


def timelines(developments: gpd.GeoDataFrame) -> pd.Series:
    """
    The `history` of each development in words: `public housing until 2024-12-12; PACT converted since 2024-12-12`.

    One that is managed with another is consolidated: that changes who manages it, and not whether it may be served.
    """

    def told(rows: pd.DataFrame) -> str:
        return "; ".join(
            row["state"]
            + (f" since {row['since']}" if row["since"] else "")
            + (f" until {row['until']}" if row["until"] else "")
            for row in rows.to_dict("records")
        )

    said = {tds: told(rows) for tds, rows in history(developments).groupby("tds")}
    names = developments["name"].to_dict()
    for tds, head in developments["consolidated_tds"].dropna().items():
        said[tds] += f"; consolidated: managed with {f'{head} {names.get(head, str())}'.strip()}"
    return pd.Series(said, dtype=object).reindex(developments.index)
