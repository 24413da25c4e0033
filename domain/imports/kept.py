"""What a check found, as it waits in the database until somebody looks at it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from domain.errors import Refused
from domain.imports.problems import Count, Findings, Outcome, Place, Problem
from domain.labels import Labelled


def dump(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON. Its sentences stay untranslated, for whoever reads them later."""
    return {
        "sha256": outcome.sha256,
        "counts": {title: asdict(count) for title, count in outcome.counts.items()},
        "sheets": outcome.findings.sheets,
        "problems": [_problem(one) for one in outcome.problems],
        "notices": [_problem(one) for one in outcome.notices],
        "submitted": outcome.submitted,
        "drafts": outcome.drafts,
        "applied": outcome.applied,
    }


def load(kept: dict[str, Any]) -> Outcome:
    """The outcome that `dump` wrote down."""
    return Outcome(
        kept["sha256"],
        {title: Count(**count) for title, count in kept["counts"].items()},
        Findings(
            [_as_problem(one) for one in kept["problems"]],
            [_as_problem(one) for one in kept["notices"]],
            kept["sheets"],
        ),
        submitted=kept["submitted"],
        drafts=kept["drafts"],
        applied=kept["applied"],
    )


def dump_refusal(refused: Refused) -> dict[str, Any]:
    """A refusal as JSON: its sentence, and what stands in it."""
    return {
        "message": refused.message,
        "params": {name: _value(value) for name, value in refused.params.items()},
    }


def load_refusal(kept: dict[str, Any]) -> Refused:
    """The refusal that `dump_refusal` wrote down."""
    sentence, params = kept["message"], kept["params"]
    return Refused(sentence, **{name: _as_value(value) for name, value in params.items()})


def _value(value: object) -> object:
    match value:
        case Refused():
            return dump_refusal(value)
        case Labelled():
            # Read back, it is a sentence of one word, and translated like any other.
            return dump_refusal(Refused(value.label))
        case list():
            return [_value(one) for one in value]
        case int() | str():
            return value
        case _:
            return str(value)


def _as_value(kept: Any) -> object:
    match kept:
        case dict():
            return load_refusal(kept)
        case list():
            return [_as_value(one) for one in kept]
        case _:
            return kept


def _problem(problem: Problem) -> dict[str, Any]:
    return {"place": asdict(problem.place), "reason": dump_refusal(problem.reason)}


def _as_problem(kept: dict[str, Any]) -> Problem:
    return Problem(Place(**kept["place"]), load_refusal(kept["reason"]))
