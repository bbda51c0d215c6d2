"""
Big Apple Connect enrollment by development and week (NYC Open Data t4kb-prwp).

The file has names and no TDS numbers, so rows are matched by `loaders.names`; a name that matches nothing is set aside
and listed with its numbers. No recorded rows exist: columns are as documented, and numbers, percents and dates are
read in every spelling that the City uses elsewhere. Earlier weeks are kept by `loaders.history`.
"""

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from geo.tables import ENROLLMENT, first_reason
from loaders import history
from loaders.aliases import ALIASES
from loaders.cells import boroughs, numbers, set_aside, texts
from loaders.columns import other_columns, renamed
from loaders.dataset import Dataset, History, Parsed, Source
from loaders.names import match
from loaders.shares import Report, by_development, joined

COLUMNS = {  # ours → theirs
    "name": (history.NAME,),
    "provider": ("provider",),
    "households": ("nycha_total_households",),
    "subscribers": ("total_big_apple_connect_subscribers",),
    "reported": (history.DATE,),
}
FURTHER = {"percent": "percent_of_enrollment", "borough": "borough"}
"""Read where they are there: only to be compared with what is known otherwise."""
NUMBERS = ["households", "subscribers"]
PROVIDERS = {"Optimum": r"\b(?:altice|optimum)\b", "Spectrum": r"\b(?:charter|spectrum)\b"}
"""How a provider is called here, and the words by which upstream may call it."""
POINT = 0.01


def parse(raws: Mapping[str, bytes], tables: Mapping[str, pd.DataFrame]) -> Parsed:
    """A row for each development and reporting date, of the newest file and of what was kept of earlier ones."""
    developments = tables["developments"].set_index("tds", drop=False)
    newest = history.read(raws["enrollment"], "enrollment")
    rows, kept_rows = newest.assign(kept=False), 0
    if HISTORY.source.name in raws:
        past = history.read(raws[HISTORY.source.name], HISTORY.source.name)
        rows, kept_rows = pd.concat([rows, past.assign(kept=True)], ignore_index=True), len(past)
    rows = rows.sort_values([history.TO, "kept"], ascending=[False, True], kind="stable", ignore_index=True)
    _, read = renamed(newest.drop(columns=history.TO), COLUMNS, "enrollment")
    written, _ = renamed(rows, COLUMNS, "enrollment")
    written = written.assign(**{ours: rows.get(theirs, "") for ours, theirs in FURTHER.items()})
    told = written.apply(texts)
    found = _values(told, match(told["name"], developments, ALIASES), developments["apartments"])
    found["file"] = rows[history.TO].fillna("") + rows["kept"].map({True: " kept", False: ""})
    usable = found[found["reason"].isna()]
    reports, clashes = joined(_reports(usable))
    reasons = found["reason"].fillna(pd.Series(clashes, index=usable.index, dtype=object))
    _, rejects = set_aside(_as_written(written), reasons)
    return Parsed(
        by_development(reports, developments["apartments"]),
        rejects,
        len(rows),
        {"enrollment": other_columns(newest, [*read, history.TO, *FURTHER.values()])},
        tuple(_notes(found.assign(reason=reasons), developments, kept_rows)),
        _vintage(found.loc[reasons.isna(), "reported"]),
        {"enrollment": int((reasons.isna() & ~rows["kept"]).sum())},
    )


def _values(told: pd.DataFrame, matched: pd.DataFrame, apartments: pd.Series) -> pd.DataFrame:
    """`told` as values, with `tds`, whether the name is `unmatched`, the share `stated`, and why it is of no use."""
    values = told.assign(reported=history.days(told["reported"]), **{name: numbers(told[name]) for name in NUMBERS})
    whole = values[NUMBERS].ge(0) & values[NUMBERS].mod(1).eq(0)
    several = {tds: _cannot_split(tds, apartments) for tds in matched["tds"].dropna().unique() if len(tds) > 1}
    unsplit = pd.Series([several.get(tds) for tds in matched["tds"]], index=told.index, dtype=object)
    homes = pd.Series([_apartments(tds, apartments) for tds in matched["tds"]], index=told.index, dtype=float)
    far = history.far(told["name"], values["reported"])
    empty = "reports 0 households; NYCHA has " + homes.map("{:,.0f} apartments".format)
    reasons = first_reason(
        told.index,
        (told["name"].isna(), "no development name"),
        (values["reported"].isna(), "no reporting date that can be read"),
        (far.notna(), far),
        (~whole["households"], "households are not a whole number of 0 or more"),
        (~whole["subscribers"], "subscribers are not a whole number of 0 or more"),
        (values["subscribers"] > values["households"], "more subscribers than households"),
        (told.duplicated(), "exact duplicate of an earlier row"),
        (matched["reason"].notna(), matched["reason"]),
        (unsplit.notna(), unsplit),
        (values["households"].eq(0) & homes.gt(0), empty),
    )
    return values.assign(
        provider=pd.Series([provider(word) for word in told["provider"]], index=told.index, dtype=object),
        tds=matched["tds"],
        unmatched=told["name"].notna() & matched["reason"].notna() & (reasons == matched["reason"]),
        stated=shares(told["percent"], values["subscribers"] / values["households"]),
        borough=boroughs(told["borough"]),
        reason=reasons,
    )


def _reports(usable: pd.DataFrame) -> Iterator[Report]:
    for tds, reported, name, file, by, households, subscribers in zip(
        *(usable[column] for column in ("tds", "reported", "name", "file", "provider", *NUMBERS)), strict=True
    ):
        yield Report(tds, reported, name, file, (by,) if by else (), int(households), int(subscribers))


def _as_written(cells: pd.DataFrame) -> pd.DataFrame:
    """Trimmed text with upstream's words for nothing, `N/A` for example; None where nothing was written."""
    trimmed = cells.fillna("").astype(str).apply(lambda column: column.str.strip())
    return pd.DataFrame(trimmed.astype(object).where(trimmed != "", None))


def _apartments(tds: object, apartments: pd.Series) -> float:
    """The apartments of the developments that a name stands for, as far as they are known; 0 where it has none."""
    return float(apartments.loc[list(tds)].sum()) if isinstance(tds, tuple) else 0.0


def _cannot_split(tds: tuple[str, ...], apartments: pd.Series) -> str | None:
    homes = apartments.loc[list(tds)]
    if homes.notna().all() and homes.sum() > 0:
        return None
    return f"stands for {', '.join(homes.index)}, whose apartments are not all known: it cannot be split"


def provider(word: object) -> str | None:
    """Optimum and Spectrum by whatever name upstream calls them, any other as written; None where there is none."""
    if not isinstance(word, str):
        return None
    known = [name for name, pattern in PROVIDERS.items() if re.search(pattern, word.lower())]
    return "; ".join(known) or word


def shares(percents: pd.Series, own: pd.Series) -> pd.Series:
    """
    Shares from `80`, `80%`, `80.0 %` and `0.8`; NaN where there is none.

    A number up to 1 without a sign may be a share or a percent: it is what lies nearer to `own`, the share by counts.
    """
    stated = numbers(percents)
    percent = stated / 100
    either = ~percents.astype(str).str.endswith("%") & stated.le(1)
    return percent.mask(either & ((stated - own).abs() < (percent - own).abs()), stated)


def _vintage(days: pd.Series) -> str:
    first, last = days.min(), days.max()
    return "" if days.empty else f"reported {last}" if first == last else f"reported {first} to {last}"


def _notes(found: pd.DataFrame, developments: pd.DataFrame, kept_rows: int) -> list[str]:
    """What whoever uses the rows must know."""
    notes = []
    used = found[found["reason"].isna()]
    if kept_rows:
        notes.append(f"{kept_rows:,} rows are kept from earlier files and snapshots, which the newest file lacks")
    together = used[used["tds"].map(len) > 1]
    if named := sorted(
        {f"{name} ({', '.join(tds)})" for name, tds in zip(together["name"], together["tds"], strict=True)}
    ):
        notes.append(f"names that stand for several developments, split by their apartments: {'; '.join(named)}")
    stated, own = used["stated"].dropna(), used["subscribers"] / used["households"]
    if off := int(((stated - own[stated.index]).abs() > POINT + 1e-9).sum()):
        notes.append(f"{off:,} of {len(stated):,} stated percents are more than a point off the counts, which are used")
    theirs = boroughs(used["tds"].map(lambda tds: developments["borough"].get(tds[0])))
    elsewhere = used["borough"].notna() & theirs.notna() & (used["borough"] != theirs)
    if named := sorted({*used.loc[elsewhere, "name"]}):
        notes.append(f"reported in another borough than NYCHA has them in: {', '.join(named)}")
    return [*notes, *_unmatched(found)]


def _unmatched(found: pd.DataFrame) -> list[str]:
    """Every name that matches nothing, with its latest numbers and what it resembles."""
    latest = found[found["unmatched"]].sort_values("reported", kind="stable").drop_duplicates("name", keep="last")
    if latest.empty:
        return []
    listed = [
        f"{name} ({households:,.0f} households, {subscribers:,.0f} subscribers on {day}; {reason})"
        for name, households, subscribers, day, reason in sorted(
            zip(*(latest[column] for column in ("name", *NUMBERS, "reported", "reason")), strict=True)
        )
    ]
    return [f"names that match no development, set aside: {'; '.join(listed)}"]


SOURCE = Source(
    name="enrollment",
    title="Big Apple Connect (BAC) Enrollment Statistics",
    publisher="NYC Office of Technology and Innovation",
    page="https://data.cityofnewyork.us/d/t4kb-prwp",
    licence="NYC Open Data terms of use (public)",
    url="https://data.cityofnewyork.us/resource/t4kb-prwp.json",
    files=("*big?apple?connect*enrollment*", "*bac*enrollment*", "*t4kb-prwp*", "enrollment.*"),
    cadence_days=7,
    floor=ENROLLMENT.floor,
    sample="enrollment.csv",
    sample_vintage="made up; public totals of 2025",
    synthetic=True,
)
HISTORY = History(
    of=SOURCE.name,
    source=Source(
        name="enrollment_history",
        title="Big Apple Connect (BAC) Enrollment Statistics, rows of earlier files",
        publisher=SOURCE.publisher,
        page=SOURCE.page,
        licence=SOURCE.licence,
        url="",
        files=(),
        cadence_days=SOURCE.cadence_days,
        required=False,
    ),
    earlier=history.earlier,
)
DATASET = Dataset(table=ENROLLMENT, sources=(SOURCE,), parse=parse, needs=("developments",), history=HISTORY)
