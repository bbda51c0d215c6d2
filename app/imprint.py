"""What every page about the rollout says at its head and at its foot: what is made up, and what it is made of."""

from typing import Any

from app.language import _
from app.legend import banners
from app.retold import told
from app.said import listed
from app.state import READS, City


def imprint(city: City) -> dict[str, Any]:
    """Banners, vintages, what is not real, method version and snapshot, for a template."""
    entries = {entry["name"]: entry for entry in city.manifest["datasets"]}
    read = READS["developments"] if "developments" in city.collections else ()
    used = [entries[name] for name in read if name in entries]
    unreal = [entry for entry in used if entry["kind"] != "real"]
    return {
        "banners": banners(city.manifest),
        "imprint": {
            "vintages": [(_(entry["name"]), told(entry["vintage"])) for entry in used],
            "not_real": listed(
                _("{dataset} ({kind})").format(dataset=_(entry["name"]), kind=_(entry["kind"])) for entry in unreal
            ),
            "version": city.manifest["method"]["version"],
            "snapshot": city.snapshot.id,
            "day": as_of(city),
        },
    }


def as_of(city: City) -> str:
    """The ISO date on which eligibility was judged; later reports are not read."""
    return str(city.manifest["created_at"])[:10]
