"""Editing: what editors write before it is public, and what reviewers see of it.

One file for each noun that is written, one for the lists of the desk (`desk`), one for what a
new edition changes (`comparing`). `domain.publishing` says who may do what to which edition.

Whoever saves says what they had before them, by a revision or by the `fingerprint` of a part;
when that is no longer what is there, the save is refused instead of overwriting unseen.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def fingerprint(content: DataclassInstance) -> str:
    """A short mark of what a part of a draft says, for a form to carry and bring back."""
    said = json.dumps(asdict(content), default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]
