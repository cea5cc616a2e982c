"""The wire doctor: which client wrote a request, what it did wrong, and how it is done right in that client.

Pure: bytes in, words out. It is asked about requests that were refused or are odd, and looks at the heads and
tails of bodies only.
"""

from __future__ import annotations

from .clients import recognise
from .diagnosis import diagnose
from .model import Client, Finding, Sent

__all__ = ["Client", "Finding", "Sent", "diagnose", "recognise"]
