"""
The made-up enrollment of the sample: Big Apple Connect by development and week.

    python data/make_enrollment.py

No recorded rows of the City's dataset exist, so this is built by hand from its documented columns. The developments
are those of `data_book.csv` that are eligible, and one that converted after its first reports; every number is made
up and calibrated to what the City said in public: about four of five households enrolled, and slow growth. Each row
can be told: its congressional district says "made up". The same seed gives the same bytes on any machine.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from loaders.cells import titles

HERE = Path(__file__).parent
SEED = 2027
LAST_REPORT, WEEKS = "2026-08-17", 26
EARLIER_REPORTS = ("2024-11-04", "2024-12-02")
"""Before Manhattanville left public housing, whose reports end with them."""
ENROLLED_SHARE, LOW_SHARE = (0.75, 0.89), (0.45, 0.60)
WEEKLY_GAIN = (0.0002, 0.0014)
LOW, STALLED, UNREPORTED = 4, 5, ("122", "131", "163")
"""How many have few subscribers, how many gained none for `STALL_WEEKS`, and which do not report yet."""
STALL_WEEKS = 17
TOGETHER = {"Queensbridge Houses": ("005", "505")}
ANNOUNCED = {  # as the City's announcements call them
    "018": "Jacob Riis Houses",
    "023": "Lillian Wald Houses",
    "027": "Governor Alfred E. Smith Houses",
    "038": "St. Nicholas Houses",
    "063": "Throgs Neck Houses",
    "064": "Thomas Jefferson Houses",
    "074": "Robert F. Wagner Houses",
    "087": "General Grant Houses",
    "093": "St. Mary’s Park Houses",
}
NO_DEVELOPMENT = "Invented Park Houses"
COMPANIES = {"Bronx": ("Optimum", "Altice"), "Brooklyn": ("Optimum", "Altice", "Spectrum")}
ELSEWHERE = ("Spectrum", "Charter")


def make_enrollment() -> pd.DataFrame:
    """Enrollment by development and reporting date under the headers of t4kb-prwp, as its columns are documented."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    sites = reporting_sites()
    usual = sites.index[(sites["until"] == "") & (sites["name"] != NO_DEVELOPMENT)]
    low, high = (rng.random(len(sites)) for _ in range(2))
    homes = (sites["apartments"] * (0.95 + 0.04 * rng.random(len(sites)))).round()
    goal = ENROLLED_SHARE[0] + (ENROLLED_SHARE[1] - ENROLLED_SHARE[0]) * high
    goal[some(rng, usual, LOW)] = LOW_SHARE[0] + (LOW_SHARE[1] - LOW_SHARE[0]) * low[:LOW]
    gain = WEEKLY_GAIN[0] + (WEEKLY_GAIN[1] - WEEKLY_GAIN[0]) * rng.random(len(sites))
    stalled = sites.index.isin(some(rng, usual, STALLED))
    companies = [COMPANIES.get(borough, ELSEWHERE) for borough in sites["borough"]]
    company = [
        names[int(len(names) * share * share * share)]
        for names, share in zip(companies, rng.random(len(sites)), strict=True)
    ]
    weekly = pd.date_range(end=LAST_REPORT, periods=WEEKS, freq="7D")
    reports = []
    for day in [*map(pd.Timestamp, EARLIER_REPORTS), *weekly]:
        weeks = (weekly[-1] - day).days // 7
        before = np.where(stalled, max(weeks - STALL_WEEKS, 0), weeks) if weeks < WEEKS else WEEKS + (weeks - WEEKS) / 3
        moves = np.where(stalled & (weeks <= STALL_WEEKS), 0, (3 * rng.random(len(sites))).astype(int) - 1)
        subscribers = (homes * (goal - gain * before)).round() + moves
        there = (sites["until"] == "") | (sites["until"] > f"{day:%Y-%m-%d}")
        reports.append(
            pd.DataFrame(
                {
                    "NYCHA Development Name": sites["name"],
                    "Provider": company,
                    "NYCHA Total Households": homes.astype(int),
                    "Total Big Apple Connect Subscribers": subscribers.astype(int),
                    "Percent of Enrollment": (100 * subscribers / homes).map("{:.1f}%".format),
                    "Borough": sites["borough"],
                    "Community Board": sites["board"],
                    "City Council District": sites["council"],
                    "Congressional District": "made up",
                    "State Senate District": "",
                    "State Assembly District": "",
                    "Reporting Date": f"{day:%m/%d/%Y}",
                }
            )[there]
        )
    return pd.concat(reports, ignore_index=True)


def reporting_sites() -> pd.DataFrame:
    """What reports: the eligible developments of the data book by their reported names, and one that is none."""
    book = pd.read_csv(HERE / "data_book.csv", dtype=str, keep_default_na=False)
    until = book["RAD TRANSFERRED DATE"]
    book = book[((until == "") | (until > EARLIER_REPORTS[0])) & ~book["TDS#"].isin(UNREPORTED)]
    name = titles(book["DEVELOPMENT"])
    name = book["TDS#"].map(ANNOUNCED).fillna(name.where(name.str.contains(" "), name + " Houses"))
    together = {tds: called for called, numbers in TOGETHER.items() for tds in numbers}
    sites = pd.DataFrame(
        {
            "name": book["TDS#"].map(together).fillna(name),
            "apartments": book["NUMBER OF CURRENT APARTMENTS"].astype(int),
            "borough": titles(book["BOROUGH"]),
            "board": book["COMMUNITY DISTIRCT"],
            "council": book["NY CITY COUNCIL DISTRICT"],
            "until": book["RAD TRANSFERRED DATE"],
        }
    )
    whole = sites.groupby("name")["apartments"].transform("sum")
    sites = sites.assign(apartments=whole).drop_duplicates("name").sort_values("name")
    other = {"name": NO_DEVELOPMENT, "apartments": 120, "borough": "Queens", "board": "", "council": "", "until": ""}
    return pd.concat([sites, pd.DataFrame([other])], ignore_index=True)


def some(rng: np.random.Generator, rows: pd.Index, count: int) -> pd.Index:
    """`count` of `rows`, by lot."""
    return rows[rng.random(len(rows)).argsort(kind="stable")[:count]]


def main(folder: Path = HERE) -> None:
    """Write the file into `folder`."""
    make_enrollment().to_csv(folder / "enrollment.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
