"""What every test may rely on."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Examples are drawn anew from a fixed seed in CI, so that a red build is red again.
settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile(
    "ci", deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
