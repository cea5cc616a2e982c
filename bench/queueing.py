"""How far apart random arrivals put p50 and p99 of a server that takes the same time for each request.

    .venv/bin/python -m bench.queueing

Simulates what `make bench` does at half load: connections that each send, wait for the answer, and pause for
a random time. Whoever comes while another is served waits. At half load p99 is then nearly four times p50;
near full load everybody waits, and they come closer again.
"""

from __future__ import annotations

import heapq
from random import Random

from bench.peers.wrk import CONNECTIONS

ANSWERS = 400_000


def tail(load: float, *, connections: int = CONNECTIONS, answers: int = ANSWERS, seed: int = 1) -> float:
    """p99 over p50 of the time to an answer, when the server is busy for about `load` of the time."""
    random = Random(seed)
    mean_pause = connections / load - 1  # in units of what one answer takes
    coming = [random.expovariate(1 / mean_pause) for _ in range(connections)]
    heapq.heapify(coming)
    free, took = 0.0, []
    for _ in range(answers):
        came = coming[0]
        free = max(came, free) + 1
        took.append(free - came)
        heapq.heapreplace(coming, free + random.expovariate(1 / mean_pause))
    took.sort()
    return took[len(took) * 99 // 100] / took[len(took) // 2]


def main() -> None:
    for load in (0.25, 0.5, 0.75):
        print(f"{load:.0%} of what it can bear: p99 is {tail(load):.1f} times p50")


if __name__ == "__main__":
    main()
