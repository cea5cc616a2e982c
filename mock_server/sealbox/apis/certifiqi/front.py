"""What the application needs to know of this API before any handler is asked."""

from .answers import render_problem
from .requests import read

__all__ = ["read", "render_problem"]
