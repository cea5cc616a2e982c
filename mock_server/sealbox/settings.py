"""Settings: flag, else `SEALBOX_*` in the environment, else `sealbox.toml`, else default."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003, pydantic reads the annotations
from enum import StrEnum
from pathlib import Path  # noqa: TC003, as above
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from .contract.choices import check_pace, check_switches
from .sandbox import Plan
from .timing.clock import FIRST_YEAR, LAST_YEAR, ClockMode

MIB = 1024 * 1024


class Log(StrEnum):
    """Which exchanges `sealbox serve` prints."""

    REFUSALS = "refusals"
    ALL = "all"
    NONE = "none"


class Settings(BaseSettings):
    """How the server is started. Each field is also a flag of `sealbox serve`."""

    model_config = SettingsConfigDict(env_prefix="SEALBOX_", toml_file="sealbox.toml", extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(default=4780, ge=0, le=65535)
    port_file: Path | None = None
    seed: str = "1"
    clock: ClockMode = ClockMode.AUTO
    clock_start: datetime | None = None
    clock_scale: float = Field(default=1.0, gt=0, le=1_000_000)
    body_limit: int = Field(default=32 * MIB, ge=1024)
    state: Path | None = None
    only: Annotated[list[Literal["seed", "docs"]], NoDecode] = Field(default_factory=list)
    log: Log = Log.REFUSALS
    quiet_headers: bool = False
    switches: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)
    allow_host: Annotated[list[str], NoDecode] = Field(default_factory=list)
    plain: bool = False
    allow_webhooks_to: Annotated[list[str], NoDecode] = Field(default_factory=list)
    pace: Annotated[dict[str, float], NoDecode] = Field(default_factory=dict)

    @field_validator("seed", mode="before")
    @classmethod
    def _seed_is_text(cls, seed: object) -> str:
        return str(seed)  # `seed = 7` in a TOML file means "7"

    @field_validator("clock_start")
    @classmethod
    def _start_has_a_zone(cls, start: datetime | None) -> datetime | None:
        if start is not None and start.tzinfo is None:
            raise ValueError("write the zone too, as in 2025-04-01T12:00:00Z")
        if start is not None and not FIRST_YEAR <= start.year < LAST_YEAR:
            raise ValueError(f"a clock begins between the years {FIRST_YEAR} and {LAST_YEAR}")
        return start

    @field_validator("allow_host", "allow_webhooks_to", "only", mode="before")
    @classmethod
    def _list_from_text(cls, value: object) -> object:
        return [one for one in value.split(",") if one] if isinstance(value, str) else value

    @field_validator("switches", "pace", mode="before")
    @classmethod
    def _pairs_from_text(cls, value: object) -> object:
        """`vec.row_faults=refuse_upload,certifiqi.list_flags=boolean` is how the environment says it."""
        if not isinstance(value, str):
            return value
        return {
            name: choice for name, _, choice in (pair.partition("=") for pair in value.split(",")) if name
        }

    @field_validator("switches")
    @classmethod
    def _switches_exist(cls, value: dict[str, str]) -> dict[str, str]:
        return check_switches(value)

    @field_validator("pace")
    @classmethod
    def _paces_exist(cls, value: dict[str, float]) -> dict[str, float]:
        return check_pace(value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003, not one of our sources
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003, not one of our sources
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def plan(self) -> Plan:
        return Plan(
            seed=self.seed,
            clock=self.clock,
            clock_start=self.clock_start,
            clock_scale=self.clock_scale,
            switches=self.switches,
            pace=self.pace,
            only=tuple(self.only),
        )
