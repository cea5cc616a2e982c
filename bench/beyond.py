"""What replicas behind a proxy cost, and what more of them would bear. Numbers in, numbers out."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .peers.figures import Run


@dataclass(frozen=True, slots=True)
class Turn:
    """One load of one set-up. The CPU seconds of `run` are those of the replicas together."""

    run: Run
    replicas: int
    nginx_seconds: float
    """0 where nginx is not between."""

    wrk_seconds: float
    busiest: float
    """The largest part that one replica had of the replicas' CPU seconds."""

    @property
    def nginx_share(self) -> float:
        """nginx's part of the CPU seconds that answering took."""
        return self.nginx_seconds / (self.nginx_seconds + self.run.cpu_seconds)


@dataclass(frozen=True, slots=True)
class Model:
    """Replicas with a core each behind an nginx that has cores of its own, all tenants as busy as each other.

    Nothing is shared by the replicas, so nothing but the proxy bounds them: n times what one bears, as long
    as nginx has the time to pass it on. Rates are requests per core-second.
    """

    per_replica: float
    per_nginx: float

    def rate(self, replicas: int, *, workers: int = 1) -> float:
        """Requests a second of so many replicas behind so many workers of nginx."""
        return min(replicas * self.per_replica, workers * self.per_nginx)

    @property
    def filling(self) -> float:
        """How many replicas keep one worker of nginx wholly busy."""
        return self.per_nginx / self.per_replica


def model(turns: Sequence[Turn]) -> Model:
    """From the turns of the most replicas behind nginx. Raises ValueError when there are none."""
    proxied = [turn for turn in turns if turn.nginx_seconds > 0 and turn.run.cpu_seconds > 0]
    if not proxied:
        raise ValueError("nothing was measured behind nginx")
    most = max(turn.replicas for turn in proxied)
    chosen = [turn for turn in proxied if turn.replicas == most]
    return Model(
        per_replica=median(turn.run.per_core_second for turn in chosen),
        per_nginx=median(turn.run.requests / turn.nginx_seconds for turn in chosen),
    )


def spread(values: Sequence[float]) -> float:
    """Half of what lies between the least and the most, as a part of the median."""
    middle = median(values)
    return (max(values) - min(values)) / middle / 2 if middle else 0.0
