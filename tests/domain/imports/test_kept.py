"""What a check found says the same after it has waited in the database, in either language."""

import json

from hypothesis import given, strategies as st

from domain.errors import Refused
from domain.imports import kept
from domain.imports.problems import Count, Findings, Outcome, Place, Problem
from domain.publishing import State

words = st.text(st.characters(exclude_characters="%"), max_size=8)
values = st.recursive(
    st.one_of(words, st.integers(-(10**9), 10**9), st.sampled_from(State)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(lambda text, value: Refused(text + "%(value)s", value=value), words, inner),
    ),
    max_leaves=6,
)
refusals = st.builds(lambda text, value: Refused(text + "%(value)s", value=value), words, values)
places = st.builds(Place, words, st.none() | st.integers(1, 10**6), words, words, words)
problems = st.lists(st.builds(Problem, places, refusals), max_size=3)
counts = st.builds(Count, *[st.integers(0, 10**6)] * 4)
outcomes = st.builds(
    Outcome,
    words,
    st.dictionaries(words, counts, max_size=3),
    st.builds(Findings, problems, problems, st.lists(words, max_size=3)),
    st.integers(0, 99),
    st.integers(0, 99),
    st.booleans(),
)


def said(outcome: Outcome) -> list[tuple[Place, str, str]]:
    def marked(text: str) -> str:
        return f"<{text}>"

    found = outcome.problems + outcome.notices
    return [(one.place, str(one.reason), one.reason.say(marked)) for one in found]


@given(outcomes)
def test_an_outcome_comes_back_as_it_was(outcome: Outcome) -> None:
    back = kept.load(json.loads(json.dumps(kept.dump(outcome))))
    assert said(back) == said(outcome)
    assert (back.counts, back.sha256, back.findings.sheets) == (
        outcome.counts,
        outcome.sha256,
        outcome.findings.sheets,
    )
    assert (back.submitted, back.drafts, back.applied) == (
        outcome.submitted,
        outcome.drafts,
        outcome.applied,
    )
