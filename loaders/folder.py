"""
The folder and the sample origins: files that a person downloaded, and those that the project ships in data/.

A downloaded file is found by the name patterns of its source, in the folder or below it, whatever the case. Where
several fit, the better pattern wins, then the later date in the name, then the later name; of a dataset that keeps a
history the others are its earlier files. Real layers that a folder lacks are taken from the sample; made-up ones
never are.
"""

import filecmp
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from geo.errors import UpstreamChanged
from loaders.dataset import Dataset, Source
from loaders.origin import Gathered, Raw
from loaders.store import MANIFEST

SAMPLE = Path(__file__).parents[1] / "data"
UNDATED = datetime.min.replace(tzinfo=UTC)
SUFFIXES = {".csv", ".json", ".geojson", ".parquet"}


def gather_sample(datasets: Iterable[Dataset]) -> Gathered:
    """Every dataset from the sample."""
    raws, absent = {}, {}
    for dataset in datasets:
        if all(source.sample for source in dataset.sources if source.required):
            raws[dataset.name] = {source.name: _sample(source) for source in dataset.sources if source.sample}
        else:
            absent[dataset.name] = "the sample has no file for it"
    return Gathered(raws, absent)


def gather_folder(datasets: Iterable[Dataset], folder: Path) -> Gathered:
    """
    Every dataset for which `folder` has the required files, and the real layers of the sample for the rest.

    Raises
    ------
    UpstreamChanged
        The folder is missing, or holds no file that any dataset reads.
    """
    if not folder.is_dir():
        raise UpstreamChanged(f"{folder} is not a folder; give the folder that holds the downloaded files")
    there = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    files = [path for path in there if is_download(path, folder)]
    raws: dict[str, dict[str, Raw]] = {}
    absent: dict[str, str] = {}
    used: set[Path] = set()
    for dataset in datasets:
        found = {source.name: path for source in dataset.sources if (path := find(source, files))}
        given = [source for source in dataset.sources if source.name in found or source.stands_in]
        lacking = [source for source in dataset.sources if source.required and source not in given]
        if lacking:
            patterns = ", ".join(lacking[0].files)
            absent[dataset.name] = f"the folder has no {lacking[0].title} (looked for {patterns})"
        else:
            used.update(found.values())
            raws[dataset.name] = {
                source.name: _file(source, found[source.name]) if source.name in found else _sample(source)
                for source in given
            }
            if dataset.history and (past := older(dataset.sources[0], files, found[dataset.history.of])):
                used.update(past)
                places = ", ".join(path.name for path in past)
                bodies = (path.read_bytes() for path in past)
                raws[dataset.name] = dataset.history.added(raws[dataset.name], bodies, places)
    if not used:
        wanted = "; ".join(f"{source.title}: {source.files[0]}" for dataset in datasets for source in dataset.sources)
        raise UpstreamChanged(f"{folder} holds {len(files)} files and none that is known here; expected e.g. {wanted}")
    unread = tuple(str(path.relative_to(folder)) for path in there if path not in used)
    return Gathered(raws, absent, unread)


def is_download(path: Path, folder: Path) -> bool:
    """
    Whether a file may be somebody's download: not below a hidden folder or a published snapshot, and no file of the
    sample, which would pass made-up sites for real ones.
    """
    inside = path.relative_to(folder).parts[:-1]
    if any(part.startswith(".") for part in inside) or any(
        (parent / MANIFEST).is_file() for parent in path.parents[: len(inside) + 1]
    ):
        return False
    size = path.stat().st_size
    return not any(size == ours.stat().st_size and filecmp.cmp(path, ours, shallow=False) for ours in SAMPLE.iterdir())


def older(source: Source, files: Iterable[Path], newest: Path) -> list[Path]:
    """The other downloads of `source` among `files` than `newest`, the latest first."""
    others = [path for path in files if path != newest and find(source, [path])]
    return sorted(others, key=_age, reverse=True)


def find(source: Source, files: Iterable[Path]) -> Path | None:
    """The file of `files` that is the download of `source`, None where none fits."""
    for pattern in source.files:
        if fits := [path for path in files if fnmatch(path.name.lower(), pattern.lower())]:
            return max(fits, key=_age)
    return None


def _age(path: Path) -> tuple[datetime, str]:
    return dated(path.name) or UNDATED, path.name.lower()


def _file(source: Source, path: Path) -> Raw:
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Raw(
        source,
        path.read_bytes(),
        "folder",
        path.name,
        (dated(path.name) or changed).isoformat(timespec="seconds"),
        survey_years(path.name) or file_year(path.name),
    )


def _sample(source: Source) -> Raw:
    path = SAMPLE / str(source.sample)
    return Raw(source, path.read_bytes(), "sample", path.name, "", source.sample_vintage)


def dated(name: str) -> datetime | None:
    """
    The day in a file name such as `…_20251008.csv`, which is how NYC Open Data names its exports; else the end of the
    last year in it.
    """
    if day := re.search(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)", name):
        year, month, date = map(int, day.groups())
        with suppress(ValueError):
            return datetime(year, month, date, tzinfo=UTC)
    years = re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", name)
    return datetime(int(max(years)), 12, 31, tzinfo=UTC) if years else None


def file_year(name: str) -> str:
    """What a file name says of its date, else nothing."""
    day = dated(name)
    return f"file of {day.year}" if day else ""


def survey_years(name: str) -> str:
    """The five survey years in a file name such as `acs5_2024_…`, else nothing."""
    match = re.search(r"acs5_(20\d{2})", name.lower())
    return f"ACS {int(match[1]) - 4}–{match[1]}" if match else ""
