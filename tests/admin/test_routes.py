"""Promise 5: who may reach what, asked of the running site and compared with routes.txt.

After a change that is meant, `MINGQUAN_WRITE_ROUTES=1 pytest tests/admin/test_routes.py` writes the
file anew; the difference is then read like any other change.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.admin.conftest import Desk, SignIn
from tests.fixtures.county import PEOPLE
from web.app import Site
from web.security import access_of

MATRIX = Path(__file__).with_name("routes.txt")
METHODS = ("GET", "POST")
OTHERS = ("PUT", "PATCH", "DELETE")
VISITOR = "visitor"


def address(rule: Rule) -> str:
    """An address of that rule; whether the thing exists does not matter for who gets in."""
    adapter = rule.map.bind("localhost")
    # Of a few words, the first; of numbers and anything else, 1.
    choices = {name: sorted(getattr(c, "items", {"1"})) for name, c in rule._converters.items()}
    return adapter.build(rule.endpoint, {name: found[0] for name, found in choices.items()})


def gets_in(client: FlaskClient, method: str, path: str) -> bool:
    """Whether the view, or what comes after the door (its form's token, its own 404), answers."""
    with client.open(path, method=method) as response:
        to_sign_in = response.headers.get("Location", "").startswith("/signin")
        turned_away = response.status_code in {401, 403} or to_sign_in
        assert response.status_code < 500
        return not turned_away or path == "/signout"


def rules(site: Site) -> Iterator[tuple[str, Rule]]:
    for rule in sorted(site.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        for method in METHODS:
            if method in (rule.methods or ()):
                yield method, rule


def line(site: Site, people: dict[str, FlaskClient], method: str, rule: Rule) -> str:
    access = access_of(site.view_functions[rule.endpoint])
    assert access
    path = address(rule)
    inside = [name for name, client in people.items() if gets_in(client, method, path)]
    who = "everybody" if len(inside) == len(people) else " ".join(inside)
    who = "all staff" if inside == [name for name in people if name != VISITOR] else who
    return f"{method:4} {rule.rule:40} {access.name:64} {who}".rstrip()


def test_the_site_is_as_the_matrix_says(site: Site, as_: SignIn) -> None:
    people = {name: as_(name).client for name in sorted(PEOPLE)}
    people[VISITOR] = site.test_client()
    found = [line(site, people, method, rule) for method, rule in rules(site)]
    if os.environ.get("MINGQUAN_WRITE_ROUTES"):
        MATRIX.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert MATRIX.read_text(encoding="utf-8").splitlines() == found


@pytest.mark.parametrize("method", OTHERS)
def test_no_other_method_is_answered(site: Site, as_: SignIn, method: str) -> None:
    client = as_("intake").client
    answers = {
        rule.rule: client.open(address(rule), method=method).status_code for _, rule in rules(site)
    }
    assert set(answers.values()) == {405}


def test_a_door_that_is_open_leads_to_nothing_sealed(site: Site) -> None:
    opened = {
        rule.endpoint
        for rule in site.url_map.iter_rules()
        if (access := access_of(site.view_functions[rule.endpoint])) and access.name == "open"
    }
    assert opened == {
        "bootstrap.static",
        "preferences.choose",
        "signin.form",
        "signin.leave",
        "static",
    }


def test_head_is_guarded_as_get_is(visitor: Desk) -> None:
    assert visitor.client.head("/reports").status_code == 303
    assert visitor.client.options("/reports").status_code == 303
