"""
The live origin as a whole: every source of every dataset from its publisher, asking what the last snapshot holds
whether it is still the same. A source without an address is one that only a folder can have.
"""

from collections.abc import Callable, Iterable

import httpx

from loaders.dataset import Dataset, Source
from loaders.live import Fetched, Previous, fetch
from loaders.origin import Gathered, Raw
from loaders.store import Snapshot

Progress = Callable[[Source, int], object]


def gather_live(
    datasets: Iterable[Dataset],
    client: httpx.Client,
    *,
    acs_year: int,
    census_key: str | None,
    last: Snapshot | None,
    on_page: Progress,
) -> Gathered:
    """
    Every source from its publisher.

    Parameters
    ----------
    last
        The snapshot that serves: what did not change upstream is taken from it.
    on_page
        Told the source and its number of rows so far after each answer.

    Raises
    ------
    FetchError
        A publisher cannot be reached or refuses; nothing of this ingest is kept.
    UpstreamChanged
        An answer is not rows.
    """
    raws: dict[str, dict[str, Raw]] = {}
    for dataset in datasets:
        raws[dataset.name] = {}
        for source in filter(lambda source: source.url, dataset.sources):
            fetched = fetch(
                client,
                source,
                acs_year=acs_year,
                census_key=census_key,
                previous=_previous(last, source),
                on_page=lambda rows, source=source: on_page(source, rows),  # type: ignore[misc]
            )
            raws[dataset.name][source.name] = _raw(source, fetched, acs_year)
    return Gathered(raws, {})


def _raw(source: Source, fetched: Fetched, acs_year: int) -> Raw:
    return Raw(
        source,
        fetched.body,
        "live",
        fetched.url,
        fetched.fetched_at.isoformat(timespec="seconds"),
        f"ACS {acs_year - 4}–{acs_year}" if source.api == "census" else "",
        fetched.upstream_updated_at,
        fetched.validators,
    )


def _previous(last: Snapshot | None, source: Source) -> Previous | None:
    entries = last.manifest["datasets"] if last else []
    pages = [entry["pages"] for dataset in entries for entry in dataset["sources"] if entry["name"] == source.name]
    body = last.raw(source.name) if last and pages and pages[0] else None
    return Previous(body, pages[0]) if body else None
