"""
The form of a declaration: a dataset, the upstream files that it is made of, and what parsing them gives.

One dataset is one declaration and one pure `parse`; the three origins (live, folder, sample) only differ in where
the bytes come from.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from geo.errors import TableError, UpstreamChanged
from geo.tables import Table
from loaders.cells import set_aside
from loaders.formats import without_personal


@dataclass(frozen=True)
class Source:
    """
    One upstream file.

    Attributes
    ----------
    url
        Where the live origin asks; for `api="census"` a template with `{year}`. Empty where only a folder has it.
    files
        Name patterns (shell style, any case) by which the folder origin finds a downloaded copy, best first.
    cadence_days
        How often the publisher updates it: the yardstick for "due" and "stale".
    sample
        The file in data/ that stands for it in the sample, or None.
    synthetic
        Whether that sample file is made up.
    stands_in
        Whether that sample file is real data, fit to stand in where a folder of real files lacks this one.
    floor
        Fewer rows in this file mean a part of it, for a dataset of several files; of one, its table has the floor.
    required
        Whether the dataset cannot be built without it.
    personal
        A pattern of column names that hold names or phone numbers of people: dropped before anything is stored.
    where
        A Socrata `$where` clause for the live origin.
    select
        A Socrata `$select` clause for the live origin: wide datasets are asked for the columns that are read.
    queries
        For `api="census"`: pairs of an address template with `{year}` and the variables to ask there.
    """

    name: str
    title: str
    publisher: str
    page: str
    licence: str
    url: str
    files: tuple[str, ...]
    cadence_days: int
    api: Literal["socrata", "census"] = "socrata"
    sample: str | None = None
    sample_vintage: str = ""
    synthetic: bool = False
    stands_in: bool = False
    floor: int = 0
    required: bool = True
    personal: str | None = None
    where: str | None = None
    select: str | None = None
    queries: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def storable(self, body: bytes) -> bytes:
        """`body` without the columns of names and phone numbers."""
        return without_personal(body, self.personal, self.title)


@dataclass(frozen=True)
class Parsed:
    """
    What a parse gives.

    Attributes
    ----------
    table
        The rows that can be used, before the contract is checked.
    rejects
        The rows set aside: the columns that were read, as text, and `reason`.
    rows_in
        Rows that upstream sent.
    ignored
        Columns that upstream sent and nothing here reads, by source name.
    notes
        Facts about this reading that whoever uses the table must know.
    vintage
        The period that the rows describe, where they say so themselves.
    counts
        Rows that could be used of each source, for a dataset of several or with a history.
    """

    table: pd.DataFrame
    rejects: pd.DataFrame
    rows_in: int
    ignored: Mapping[str, list[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    vintage: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """
    How a dataset keeps the rows that its newest file does not have any more.

    Attributes
    ----------
    of
        The name of the source whose files come one after another.
    source
        What the kept rows are stored and parsed as, beside the newest file.
    earlier
        From the newest file and older ones, in any order, to those rows; None where there are none.
    """

    of: str
    source: Source
    earlier: Callable[[bytes, Iterable[bytes]], bytes | None]

    def added(self, raws: Mapping[str, Any], older: Iterable[bytes], place: str) -> dict[str, Any]:
        """
        `raws` (as of `loaders.origin`) with the rows that the `older` bodies of `place` have besides.

        Raises
        ------
        UpstreamChanged
            One of the bodies is not what it should be.
        """
        newest, kept = raws[self.of], raws.get(self.source.name)
        bodies = [*older, *([kept.body] if kept else [])]
        place = ", ".join([place, *([kept.place] if kept else [])])
        try:
            body = self.earlier(newest.body, bodies)
        except UpstreamChanged as exc:
            raise UpstreamChanged(f"{exc} [{newest.place}, {place}]") from exc
        if body is None:
            return {self.of: newest}
        about = {"source": self.source, "body": body, "place": place, "vintage": "", "upstream_updated_at": None}
        return {self.of: newest, self.source.name: replace(newest, **about, pages=())}


@dataclass(frozen=True)
class Dataset:
    """
    A declaration: which contract, which sources, and the pure function from their bytes to rows.

    Attributes
    ----------
    parse
        Given the bytes by source, and the tables by name where the dataset `needs` any.
    needs
        The tables that parsing looks up: datasets that are read before.
    history
        Where its files are weekly and every week is to be kept; such a dataset has one source.
    """

    table: Table
    sources: tuple[Source, ...]
    parse: Callable[..., Parsed]
    needs: tuple[str, ...] = ()
    history: History | None = None

    @property
    def name(self) -> str:
        """The name of the dataset is the name of its table."""
        return self.table.name

    @property
    def stands_in(self) -> bool:
        """Whether the sample of this dataset may stand in a snapshot of real files."""
        return all(source.stands_in for source in self.sources)

    @property
    def sample_kind(self) -> Literal["real", "by hand", "synthetic"]:
        """What the sample of this dataset is: real data, facts collected by hand, or made up."""
        if any(source.synthetic for source in self.sources):
            return "synthetic"
        return "real" if self.stands_in else "by hand"

    def read(
        self,
        raws: Mapping[str, bytes],
        tables: Mapping[str, pd.DataFrame] = MappingProxyType({}),
        *,
        whole: bool = True,
    ) -> Parsed:
        """
        `parse` followed by the contract; rows with a number that cannot be true are set aside.

        Parameters
        ----------
        tables
            What was read before, by name: all that this dataset `needs`.
        whole
            Whether fewer rows than the floors mean a partial file; the sample is a part by design.

        Raises
        ------
        UpstreamChanged
            A file is not what the parser knows how to read.
        TableError
            The rows break the contract of the table, or a file holds fewer than its floor.
        """
        parsed = self.parse(raws, tables) if self.needs else self.parse(raws)
        reasons = self.table.implausible(parsed.table)
        kept, beyond = set_aside(parsed.table, reasons)
        table = self.table.check(kept, whole=whole)
        for source in self.sources if whole else ():
            if (found := parsed.counts.get(source.name, source.floor)) < source.floor:
                raise TableError(
                    f"{source.name}: {found} rows found, at least {source.floor} expected: get the whole file again"
                )
        rejects = pd.concat([parsed.rejects, beyond], ignore_index=True) if len(beyond) else parsed.rejects
        return replace(parsed, table=table, rejects=rejects)
