"""Every setting, as one frozen tree: defaults, then remous.toml, then REMOUS_* variables.

`REMOUS_STORE__URL=...` sets `url` in the table `[store]`. Read once, by the command line.
"""

import os
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.errors import ConfigError

SETTINGS_FILE = Path("remous.toml")


class Part(BaseModel):
    """A table of the settings file; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StoreSettings(Part):
    """Where signals are kept."""

    url: str = Field("sqlite:///remous.db", description="SQLAlchemy URL of the database")
    sql_rows: int = Field(10_000, gt=0, description="rows that `remous sql` prints at most")
    sql_seconds: float = Field(30.0, gt=0, description="seconds after which `remous sql` gives up")


class FeedSettings(Part):
    """How feeds are fetched."""

    user_agent: str = Field(
        "remous/0.1 (financial news reader)",
        description="how we introduce ourselves to publishers; add your contact",
    )
    timeout: float = Field(
        20.0, gt=0, description="seconds to wait for an answer, and for its whole body"
    )
    body_limit: int = Field(10 * 2**20, gt=0, description="bytes of one body, decompressed")
    entry_limit: int = Field(2_000, gt=0, description="items read from one body")


class ModelSettings(Part):
    """How texts are scored."""

    folder: Path | None = Field(
        None,
        description="model folder, or a checkpoint's folder or name; the bundled weights if unset",
    )
    backend: Literal["auto", "torch", "bfloat16", "int8"] = Field(
        "auto", description="how the network is run; `auto` for the fastest there is"
    )
    threads: int = Field(0, ge=0, description="threads of the model; 0 for one per core")
    batch: int = Field(32, gt=0, description="texts in one pass at most")
    cache: Path | None = Field(
        None, description="folder for converted weights; the user's cache folder if unset"
    )


class StudySettings(Part):
    """Windows of the event study, in sessions."""

    estimation: int = Field(120, gt=0, description="sessions of the estimation window at most")
    minimum: int = Field(40, gt=2, description="sessions of the estimation window at least")
    gap: int = Field(10, ge=0, description="sessions between estimation window and event")
    seed: int = Field(20250127, description="seed of the bootstrap")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.minimum > self.estimation:
            raise ValueError(f"minimum {self.minimum} is above estimation {self.estimation}")
        return self


class DigestSettings(Part):
    """When the digest is made, and for whom."""

    hour: int = Field(7, ge=0, le=23, description="hour of the digest in its zone")
    zone: str = Field("Europe/Paris", description="IANA zone of the digest's hour and dates")
    sender: str = Field("remous <remous@remous.invalid>", description="From")
    recipient: str = Field("reader@remous.invalid", description="To")
    list_id: str = Field("digest.remous.invalid", description="List-Id")

    @field_validator("zone")
    @classmethod
    def _exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as e:
            raise ValueError(f"there is no time zone {zone!r}") from e
        return zone


class LogSettings(Part):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="least level"
    )
    json_lines: bool | None = Field(
        None, description="JSON lines; if unset, when not on a terminal"
    )


class Settings(BaseSettings):
    """The whole tree."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="REMOUS_", env_nested_delimiter="__"
    )

    store: StoreSettings = StoreSettings()
    feeds: FeedSettings = FeedSettings()
    model: ModelSettings = ModelSettings()
    study: StudySettings = StudySettings()
    digest: DigestSettings = DigestSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file over defaults."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, SETTINGS_FILE)


def load_settings() -> Settings:
    """Read the settings of the working folder and the environment.

    Raises:
        ConfigError: if a key is unknown or a value can't be used.
    """
    try:
        return Settings()
    except ValidationError as e:
        first = e.errors()[0]
        keys = [str(part) for part in first["loc"]]
        problem = f"{'.'.join(keys)}: {first['msg'].removeprefix('Value error, ')}"
        raise ConfigError(_source(keys), problem, remedy="see docs/settings.md") from e
    except (ValueError, OSError) as e:
        problem = str(e).splitlines()[0]
        raise ConfigError(SETTINGS_FILE, problem, remedy="see docs/settings.md") from e


def _source(keys: list[str]) -> str:
    """Where the value of a key stands: its variable, which wins, or the file."""
    variables = {name.upper(): name for name in os.environ}
    return variables.get(f"REMOUS_{'__'.join(keys)}".upper(), str(SETTINGS_FILE))
