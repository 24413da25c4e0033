"""Tantivy, embedded and native: for large installations. One folder on a local disk.

Tantivy finds, counts and adds up; which terms, worths and names these are is said by the same
modules as for every engine (docs/decisions/0016).
"""

from __future__ import annotations

from search.engines.tantivy.reading import TantivyReader
from search.engines.tantivy.writing import TantivyEngine

__all__ = ["TantivyEngine", "TantivyReader"]
