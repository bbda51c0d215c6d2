from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings
from geo.method import WALK_M


def test_every_default_works():
    settings = Settings()
    assert settings.walk_m == WALK_M
    assert settings.var == Path("var").absolute()
    assert settings.secrets == (None, None)


def test_the_environment_is_read(monkeypatch):
    given = {
        "VAR": "~/nyc",
        "WALK_M": "300",
        "ACS_YEAR": "2023",
        "CENSUS_KEY": "k",
        "SOCRATA_TOKEN": "t",
        "TIMEOUT_S": "5",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"EQUITY_{name}", value)
    settings = Settings()
    assert (settings.var, settings.walk_m, settings.acs_year) == (Path.home() / "nyc", 300.0, 2023)
    assert (settings.secrets, settings.timeout_s) == (("k", "t"), 5.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WALK_M", "abc"),
        ("WALK_M", "0"),
        ("WALK_M", "-400"),
        ("WALK_M", "nan"),
        ("WALK_M", "inf"),
        ("WALK_M", "6000"),
        ("ACS_YEAR", "1999"),
        ("ACS_YEAR", "2024.5"),
        ("TIMEOUT_S", "0"),
    ],
)
def test_a_bad_value_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"EQUITY_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_a_radius_names_columns_so_it_is_kept_to_a_tenth(monkeypatch):
    monkeypatch.setenv("EQUITY_WALK_M", "400.00001")
    assert Settings().walk_m == 400.0


def test_secrets_are_not_shown(monkeypatch):
    monkeypatch.setenv("EQUITY_CENSUS_KEY", "s3cret")
    assert "s3cret" not in repr(Settings()) + str(Settings().model_dump())
