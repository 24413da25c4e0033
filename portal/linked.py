"""What a page is about, for programs: JSON-LD in the words of schema.org.

A data block is no script: the browser does not run it, and the content security policy lets it be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from portal.addresses import absolute, canonical
from portal.api.counterparts import counterpart
from portal.atom import MIMETYPE as ATOM
from portal.context import current_county

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.officials import Official, Post
    from domain.units import Unit

Thing = dict[str, Any]
FORMS = {
    "csv": "text/csv",
    "feed": ATOM,
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def linked(thing: Thing) -> Markup:
    """A thing as a data block. Nothing in it can end the block: < > & are written as escapes."""
    text = htmlsafe_json_dumps({"@context": "https://schema.org", **thing}, ensure_ascii=False)
    return Markup('<script type="application/ld+json">{}</script>').format(text)


def breadcrumbs(steps: Iterable[tuple[object, str | None]]) -> Thing:
    """The way from the home page to this one, as `breadcrumb` shows it."""
    items = []
    for position, (name, path) in enumerate(steps, start=1):
        step: Thing = {"@type": "ListItem", "position": position, "name": str(name)}
        if path:
            step["item"] = absolute(path)
        items.append(step)
    return {"@type": "BreadcrumbList", "itemListElement": items}


def person(official: Official, posts: Sequence[Post]) -> Thing:
    """An official and the posts held now, with their units loaded."""
    about: Thing = {"@type": "Person", "name": official.name, "url": canonical()}
    if official.brief:
        about["description"] = official.brief
    if posts:
        about["jobTitle"] = [post.full_title for post in posts]
        about["worksFor"] = [
            {
                "@type": "GovernmentOrganization",
                "name": post.unit.name,
                "url": absolute(url_for("units.show", code=post.unit.code)),
            }
            for post in posts
        ]
    return about


def organization(unit: Unit) -> Thing:
    """A unit."""
    about = {
        "name": unit.name,
        "alternateName": unit.short_name,
        "description": unit.duty,
        "telephone": unit.phone,
        "address": unit.address,
    }
    told = {name: text for name, text in about.items() if text}
    return {"@type": "GovernmentOrganization", "url": canonical(), **told}


def dataset(
    name: object,
    description: object,
    filters: Mapping[str, str] | None = None,
    **forms: str,
) -> Thing:
    """A list as data, in all the forms it can be had in.

    Args:
        name: what it lists.
        description: in a sentence or two.
        filters: those of the page.
        forms: paths of further forms, by their names in `FORMS`.
    """
    if data := counterpart(filters or {}):
        forms |= {"json": data.json, "csv": data.csv, "xlsx": data.xlsx}
    county = current_county()
    about: Thing = {
        "@type": "Dataset",
        "name": str(name),
        "description": str(description),
        "url": canonical(filters),
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "creator": {"@type": "GovernmentOrganization", "name": county.host or county.site_name},
    }
    downloads = [
        {"@type": "DataDownload", "encodingFormat": FORMS[form], "contentUrl": absolute(path)}
        for form, path in forms.items()
        if path
    ]
    return about | ({"distribution": downloads} if downloads else {})


def init_linked(app: Flask) -> None:
    """Let templates describe what they show."""
    functions = (linked, breadcrumbs, person, organization, dataset)
    app.jinja_env.globals.update({function.__name__: function for function in functions})
