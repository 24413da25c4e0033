"""PostgreSQL: one index for many web servers, and for every streaming replica of its database.

A document's terms are a ``tsvector`` of our own words, each with the label of its level. An index is
three tables of its own in a schema of its own (`storage`), whose rows come and go in transactions;
another one is filled beside it and takes its place by one UPDATE.
"""

from __future__ import annotations

from search.engines.postgres.reading import PostgresReader
from search.engines.postgres.writing import PostgresEngine

__all__ = ["PostgresEngine", "PostgresReader"]
