"""The synonyms that come along lead to something in a county like the demonstration's."""

from domain import synonyms
from domain.db import Session
from search import documents


def test_nearly_every_synonym_leads_to_something(small: Session) -> None:
    entries = synonyms.read(synonyms.FILE.read_text(encoding="utf-8"))
    every = "\n".join(
        f"{document.title}\n{document.body}"
        for _, found in documents.everything(small)
        for document in found
    )
    idle = [word for word, meanings in entries.items() if not any(m in every for m in meanings)]
    # The small county lacks some offices; the whole one has them all.
    assert len(idle) < len(entries) / 4, idle
