"""Addresses that carry a unit's former code lead permanently (301) to those with its present one."""

from __future__ import annotations

from typing import NoReturn

from flask import abort, redirect, request, url_for

from domain import former_codes, units
from domain.units import Unit
from web.database import current_session
from web.paging import link_with


def found_unit(code: str) -> Unit:
    """The unit whose code stands in the path. Aborts with 301 for a former code, else with 404."""
    unit = units.by_code(current_session(), code)
    return unit if unit is not None else _lead_from(code)


def _lead_from(code: str) -> NoReturn:
    heir = former_codes.unit_of(current_session(), code)
    if heir is None:
        abort(404)
    values = {**(request.view_args or {}), "code": heir.code}
    path = url_for(request.endpoint or "units.show", **values)
    query = request.query_string.decode("ascii", "ignore")
    _lead(f"{path}?{query}" if query else path)


def follow_filter(name: str) -> None:
    """Abort with 301 when a filter names a unit by a former code; one nobody ever had is ignored."""
    code = request.args.get(name)
    heir = former_codes.unit_of(current_session(), code) if code else None
    if heir is not None and request.method in {"GET", "HEAD"}:
        _lead(link_with(**{name: heir.code}))


def _lead(address: str) -> NoReturn:
    abort(redirect(address, 301))
