"""QI Tech CertifiQI signing events."""

from .answers import render_problem
from .requests import read

__all__ = ["read", "render_problem"]
