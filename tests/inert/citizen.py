"""What a citizen can type on the public site, typed; and opened by who may read it."""

from __future__ import annotations

import io
import re
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from domain.powers import PowerEdition, PowerItem
from domain.publishing import State
from portal import dialogue, feedback
from portal.reports import forms
from tests.inert.fields import Typist
from tests.inert.worlds import World
from tests.portal.test_feedback import REFERENCE
from tests.portal.test_reports import Reporter, receipt_in, token

_STEPS: dict[str, tuple[type[Any], dict[str, str]]] = {
    "subject": (forms.SubjectForm, {}),
    "matter": (forms.MatterForm, {"matter": "money"}),
    "account": (forms.AccountForm, {}),
    "reporter": (forms.ReporterForm, {"named": "yes"}),
    "files": (forms.FilesForm, {"do": "continue"}),
}
Pages = dict[str, tuple[TestResponse, dict[str, str]]]


class Citizen:
    """A visitor of one world. `wrong` are the pages of forms that could not be taken."""

    def __init__(self, world: World, spoilt: Typist, typist: Typist) -> None:
        self.world, self.spoilt, self.typist = world, spoilt, typist
        self.client = world.portal.test_client()
        self.wrong: Pages = {}
        self.kept: Pages = {}

    def send(self, page: str, address: str, **fields: Any) -> TestResponse:
        """Send a form of a page."""
        given = token(self.client.get(page))
        return self.client.post(address, data={"csrf_token": given, **fields})

    def report(self) -> str:
        """Hand in a report, each step wrong first; the receipt."""
        reporter = Reporter(self.client)
        reporter.begin(power=str(self._power()))
        for step, (form, more) in _STEPS.items():
            typed = self.spoilt.spoil(f"report.{step}", form)
            if typed:
                self.wrong[step] = reporter.answer(step, **more, **typed), typed
            assert (
                reporter.answer(
                    step, **more, **self.typist.fill(f"report.{step}", form)
                ).status_code
                == 303
            ), step
        assert self._attach(reporter).status_code == 303
        for step in (*_STEPS, "check"):
            self.kept[f"report.{step}"] = self.client.get(f"/report/{step}"), {}
        done = reporter.hand_in()
        self.kept["report.done"] = done, {}
        return receipt_in(done)

    def _attach(self, reporter: Reporter) -> TestResponse:
        """Two files, of which one is refused for what it is; then only the good one."""
        # The client of tests writes a quote into the header as nothing does.
        mark = self.typist.marks.mark("report.files name")
        for body, done in ((b"", "wrong"), (b"x", "")):
            name = self.world.change(f"{mark[1:]}.txt")
            answered = reporter.answer("files", files=(io.BytesIO(body), name), do="stay")
            if done:
                self.wrong["files"] = answered, {}
        return answered

    def follow(self, receipt: str) -> None:
        """Look for what is not there; then add to the report."""
        typed = self.spoilt.fill("track", dialogue.ReceiptForm)
        self.wrong["track"] = self.send("/track", "/track", **typed), typed
        typed = self.spoilt.spoil("addition", dialogue.AdditionForm)
        answered = self.send("/track", "/track/add", receipt=receipt, **typed)
        self.wrong["addition"] = answered, typed
        typed = self.typist.fill("addition", dialogue.AdditionForm)
        self.kept["addition"] = self.send("/track", "/track/add", receipt=receipt, **typed), typed

    def _power(self) -> int | None:
        """A power in force."""
        self.world.session.rollback()
        shown = sa.select(PowerItem.id).join(PowerItem.edition)
        in_force = shown.where(PowerEdition.state == State.PUBLISHED).order_by(PowerItem.id)
        return self.world.session.scalars(in_force).first()

    def ask(self) -> None:
        """Ask, wrongly first, about a power."""
        page = f"/feedback/ask/item/{self._power()}"
        typed = self.spoilt.spoil("ask", feedback.AskForm)
        self.wrong["ask"] = self.send(page, page, kind="question", **typed), typed
        for n in range(6):
            typed = self.typist.fill("ask", feedback.AskForm)
            self.kept[f"ask-{n}"] = self._ask(page, sure="yes", **typed), typed
        typed = self.spoilt.fill("reference", feedback.ReferenceForm)
        self.wrong["reference"] = self.send("/feedback/track", "/feedback/track", **typed), typed

    def hold_up(self, typed: dict[str, str]) -> None:
        """Ask what is better not asked so; the page that says it."""
        page = f"/feedback/ask/item/{self._power()}"
        answered = self._ask(page, **typed)
        assert 'name="sure"' in answered.text
        self.kept[f"held up {len(self.kept)}"] = answered, typed

    def _ask(self, page: str, **fields: str) -> TestResponse:
        found = REFERENCE.search(self.client.get(page).get_data(as_text=True))
        assert found
        return self.send(page, page, kind="question", reference=found[1], **fields)

    def track(self) -> None:
        """Look what has become of each question."""
        for name, (answered, _) in [*self.kept.items()]:
            if name.startswith("ask-"):
                (found,) = re.findall(r'id="reference">([^<]+)<', answered.text)
                looked = self.send("/feedback/track", "/feedback/track", reference=found)
                self.kept[f"track {name}"] = looked, {}
