"""What people look at: the live page at `/`, and the API documents at `/_sandbox/docs`.

The page shows the sandbox's own objects; whatever its buttons do goes through the control plane.
"""

from .app import pages

__all__ = ["pages"]
