"""The closures of `bench.closure` with everything on, to be served: which HTTP server suits them?"""

from __future__ import annotations

from bench.closure import Closures, Parts

closures = Closures(Parts(validated="object", journal=True, explained=True))
judging = closures.judging()
judging.__enter__()  # for as long as the process lives
asgi = closures.asgi
rsgi = closures.rsgi
