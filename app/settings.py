"""What an operator can set: every variable starts with EQUITY_ and has a default that works."""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from geo.method import WALK_M


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _tenth(metres: float) -> float:
    """Radii name columns, so that two of them must differ by more than a hair."""
    return round(metres, 1)


def _address(url: str | None) -> str | None:
    if url is not None and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        raise ValueError(f"found {url!r}, expected an address such as https://broadband.example.org")
    return url and url.rstrip("/")


def _bare_address(url: str | None) -> str | None:
    """Pages link to each other from the root of their host, so that there can be no path before it."""
    if url is not None and not re.fullmatch(r"https?://[^\s/?#]+/?", url):
        raise ValueError(f"found {url!r}, expected an address without a path, such as https://broadband.example.org")
    return url and url.rstrip("/")


class Settings(BaseSettings):
    """Settings of the service and the command line, read once from the environment."""

    model_config = SettingsConfigDict(env_prefix="EQUITY_", frozen=True, extra="ignore")

    var: Annotated[Path, AfterValidator(_absolute), Field(description="folder of the snapshots")] = Path("var")
    walk_m: Annotated[
        float, AfterValidator(_tenth), Field(ge=1, le=5000, description="radius of supply, in metres, to a tenth")
    ] = WALK_M
    acs_year: Annotated[
        int, Field(ge=2020, le=2100, description="last year of the five-year survey that a live ingest asks for")
    ] = 2024
    census_key: Annotated[SecretStr | None, Field(description="key of the Census API, optional")] = None
    socrata_token: Annotated[SecretStr | None, Field(description="app token of NYC Open Data, optional")] = None
    timeout_s: Annotated[float, Field(gt=0, description="longest wait for a live source's answer, in seconds")] = 60.0
    basemap_url: Annotated[
        str | None, Field(description="tiles under the map, such as https://…/{z}/{x}/{y}.png; none by default")
    ] = None
    basemap_attribution: Annotated[str, Field(description="whom to credit for the tiles, as plain text")] = ""
    geocoder_url: Annotated[
        str | None,
        AfterValidator(_address),
        Field(description="service that finds addresses (NYC GeoSearch API), which browsers ask; none by default"),
    ] = None
    public_url: Annotated[
        str | None,
        AfterValidator(_bare_address),
        Field(description="address under which callers reach the service, where another stands in front of it"),
    ] = None
    rate_per_minute: Annotated[
        int, Field(ge=0, description="requests a minute that one address may make; 0 for any number")
    ] = 0

    @cached_property
    def secrets(self) -> tuple[str | None, str | None]:
        """The Census key and the Socrata token in the clear, for the requests that need them."""
        return tuple(  # type: ignore[return-value]
            secret.get_secret_value() if secret else None for secret in (self.census_key, self.socrata_token)
        )
