"""What the application needs to know of this API before any handler is asked."""

from .answers import render_problem
from .requests import read
from .storage import download

JUDGES_ITSELF = True
"""VEC reports every mistake of a request at once and in Laravel's words, which Connexion cannot."""

__all__ = ["JUDGES_ITSELF", "download", "read", "render_problem"]
