"""What the application needs to know of this API before any handler is asked."""

from .answers import render_problem
from .requests import read
from .storage import download

__all__ = ["download", "read", "render_problem"]
