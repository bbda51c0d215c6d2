"""What every page about the rollout says at its head and at its foot: what is made up, and what it is made of."""

from typing import Any

from app.legend import banners
from app.state import City


def imprint(city: City) -> dict[str, Any]:
    """Banners, vintages, what is not real, method version and snapshot, for a template."""
    known = city.collections.get("developments")
    return {
        "banners": banners(city.manifest),
        "imprint": {
            "vintage": known.constants["vintage"] if known else None,
            "not_real": known.constants["not_real"] if known else None,
            "version": city.manifest["method"]["version"],
            "snapshot": city.snapshot.id,
            "day": as_of(city),
        },
    }


def as_of(city: City) -> str:
    """The ISO date on which eligibility was judged; later reports are not read."""
    return str(city.manifest["created_at"])[:10]
