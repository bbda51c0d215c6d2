"""
Big Apple Connect as it stands: who may be served, who subscribes, who comes first and how sure that is.

`programme` takes the scored developments and the enrollment reports and adds to each development what is known of it.
"""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import pandas as pd

from geo import backtest, eligibility, enrollment, outreach, priority
from geo.developments import reached
from geo.roster import developments as developments_table
from geo.supply import sites
from geo.tables import ENROLLMENT, first_reason

NO_REPORTS: Final = "apartments: no enrollment is reported, so all of them are counted"


def programme(
    developments: gpd.GeoDataFrame,
    reports: pd.DataFrame | None,
    needs: pd.DataFrame,
    *,
    city_need: float,
    walk_m: float,
    as_of: str,
) -> gpd.GeoDataFrame:
    """
    The scored developments with eligibility, enrollment, priority with its tier, reasons, and outreach.

    Parameters
    ----------
    developments
        As `geo.scores.score_city` gives them.
    reports
        The enrollment table, None where the snapshot has none.
    needs
        Draws of the need of each development's place (`geo.priority.drawn_needs`).
    city_need
        The need of the city as a whole, 0–100, for the sentences.
    as_of
        The ISO date on which eligibility is judged; later reports are not read.
    """
    frame = developments.set_index("tds")
    frame["state"] = eligibility.states(frame, as_of)
    frame["eligible"] = eligibility.eligible(frame, as_of)
    frame["eligibility"] = eligibility.eligibility(frame, as_of)
    frame["timeline"] = eligibility.timelines(frame)
    frame = frame.join(served(frame, reports, as_of))
    frame["priority"] = priority.priorities(frame)
    frame = frame.join(priority.standing(frame, needs))
    frame["reasons"] = priority.reasons(frame, city_need, walk_m)
    frame["changes"] = priority.changes(frame)
    return developments_table(walk_m).typed(frame.reset_index())


def served(developments: pd.DataFrame, reports: pd.DataFrame | None, as_of: str) -> pd.DataFrame:
    """
    What the reports say of each development, and the households that are left to connect.

    Parameters
    ----------
    developments
        Indexed by development: `eligible` and `apartments`.

    Returns
    -------
    served
        Index as `developments`: the columns of `geo.enrollment.latest` and `trend`, `counted_from` (where `households`
        and `unconnected` are from) and those of `geo.outreach`. Where nothing is reported the apartments stand for the
        households, none of which is known to subscribe; where the reports ended the last one still counts.
    """
    told = reports if reports is not None else pd.DataFrame(columns=ENROLLMENT.names)
    found = enrollment.latest(told, as_of).join(enrollment.trend(told, as_of)).reindex(developments.index)
    compared = outreach.outreach(developments[["eligible"]].join(found))
    reported = found["subscribers"].notna()
    ended = ": " + found["enrollment_note"].fillna("").astype(str)
    counted = (
        "enrollment reported on " + found["reported"].astype(str) + ended.where(found["enrollment_note"].notna(), "")
    )
    found["counted_from"] = first_reason(
        found.index, (reported, counted), (developments["apartments"].notna(), NO_REPORTS)
    )
    left = (found["households"] - found["subscribers"]).clip(lower=0)
    found["unconnected"] = left.where(reported, developments["apartments"]).astype(float)
    found["households"] = found["households"].where(reported, developments["apartments"]).astype(float)
    return found.join(compared)


def hindsight(developments: gpd.GeoDataFrame, tables: Mapping[str, pd.DataFrame], walk_m: float) -> pd.DataFrame:
    """
    What the priority would have chosen on the date of each announced phase, against what was chosen (`geo.backtest`).

    Parameters
    ----------
    developments
        As `programme` gives them: their need and the survey are those of today.
    tables
        `phases` and `kiosks`; `facilities` where the snapshot has them.
    """
    phases, frame = tables["phases"], developments.set_index("tds")
    priorities = {}
    for date in sorted({*phases["announced"].dropna()}):
        known = backtest.as_known(developments, tables["kiosks"], date)
        counted = sites({**tables, "kiosks": known.kiosks})
        then = known.developments.set_index("tds").drop(columns="supply")
        then = then.assign(unconnected=then["apartments"], supply=reached(frame.geometry, counted, walk_m)["supply"])
        priorities[date] = priority.priorities(then.assign(eligible=eligibility.eligible(then, date)))
    return backtest.backtest(priorities, phases)
