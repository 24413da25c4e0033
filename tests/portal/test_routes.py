"""Every address of the site, by every method, as a visitor who is nobody: the checked-in table.

After a change that is meant, `MINGQUAN_WRITE_ROUTES=1 pytest tests/portal/test_routes.py` writes the
table; look at the difference.
"""

import os
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.routing import Rule

from search.engine import SearchEngine
from web.app import Site

TABLE = Path(__file__).with_name("routes.txt")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# One value for each name that stands in an address; rows 1 of the fixture county exist.
VALUES = {
    "choice": "on",
    "code": "jt",
    "disclosure_id": 1,
    "ending": "csv",
    "filename": "shared/look.css",
    "item_id": 1,
    "kind": "elder",
    "list_id": 1,
    "notice_id": 1,
    "number": 1,
    "obligation_id": 1,
    "part": "units",
    "official_id": 1,
    "post_id": 1,
    "what": "item",
}


def address(site: Site, rule: Rule) -> str:
    values = {name: VALUES[name] for name in rule.arguments}
    if rule.endpoint == "bootstrap.static":
        values["filename"] = "css/bootstrap.min.css"
    with site.test_request_context():
        path: str = site.url_map.bind("localhost").build(rule.endpoint, values)
    return path


def lines(site: Site, client: FlaskClient) -> list[str]:
    """For every rule a line: address, endpoint, and the status by method; 405 is left out."""
    found = []
    for rule in site.url_map.iter_rules():
        path = address(site, rule)
        statuses = []
        for method in METHODS:
            with client.open(path, method=method) as response:
                if response.status_code != 405:
                    statuses.append(f"{method} {response.status_code}")
        found.append(f"{rule.rule} {rule.endpoint}: {', '.join(statuses)}")
    return sorted(found)


def test_the_site_has_exactly_these_addresses(
    site: Site, client: FlaskClient, indexed: SearchEngine
) -> None:
    found = lines(site, client)
    if os.environ.get("MINGQUAN_WRITE_ROUTES"):
        TABLE.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == TABLE.read_text(encoding="utf-8").splitlines()
