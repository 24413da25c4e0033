"""About whom a report is, and what follows from that: who takes it, or that we may not."""

from domain.subjects.meaning import Subject, officials_meant, posts_meant, recognise
from domain.subjects.routing import Route, about_head, office_for, route, upward
from domain.subjects.words import squeeze

__all__ = [
    "Route",
    "Subject",
    "about_head",
    "office_for",
    "officials_meant",
    "posts_meant",
    "recognise",
    "route",
    "squeeze",
    "upward",
]
