"""Feeds: what is published, of everything, a unit, an official, a list or a search, to subscribe to.

A feed stands beneath the page it belongs to (``/powers/feed.atom``) and takes the same filters.
What is withdrawn or replaced has no entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import gettext

from domain import categories, disclosures, latest, notices, powers
from portal.addresses import absolute, with_filters
from portal.atom import MIMETYPE, Entry, Feed, written
from portal.caching import versioned_for_all
from portal.context import current_county
from web.app import HTML_LANGUAGES
from web.database import current_session
from web.paging import Page, paginate
from web.preferences import language
from web.security import open_to_all
from web.text import label, rich

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from domain.disclosures import DisclosureEdition
    from domain.feedback import FeedbackAnswer
    from domain.notices import NoticeEdition
    from domain.powers import PowerEdition, PowerItem
    from domain.publishing import Edition

blueprint = Blueprint("feeds", __name__)

ENTRIES_ON_A_PAGE = 50
# RFC 4151: whoever begins the address held the name on that day. No host, since hosts change.
_TAG = "tag:{authority}mingquan.invalid,2026:{path}"


@blueprint.get("/feed.atom")
@versioned_for_all
@open_to_all
def everything() -> Response:
    """All that is published."""
    return latest_feed(gettext("最新公开"), url_for("home.index"))


def latest_feed(title: str, path: str, *, unit_id: int | None = None) -> Response:
    """What was published last, of all kinds: five statements.

    Args:
        title: names the feed.
        path: the page it belongs to.
        unit_id: only what this unit publishes.
    """
    session = current_session()
    found = paginate(session, latest.listing(unit_id=unit_id), size=ENTRIES_ON_A_PAGE)
    entries = _editions(session, found.items)
    return answer(title, path, Page(entries, found.number, found.size, found.total))


def _editions(session: Session, names: Sequence[str]) -> list[Entry]:
    numbers: dict[str, list[int]] = {"powers": [], "disclosures": [], "notices": []}
    for name in names:
        kind, _, number = name.partition(":")
        numbers[kind].append(int(number))
    lists = powers.public_editions(session, numbers["powers"])
    told = disclosures.public_editions(session, numbers["disclosures"])
    entries = {f"powers:{n}": of_list(edition) for n, edition in lists.items()}
    warned = notices.public_editions(session, numbers["notices"])
    entries |= {f"disclosures:{n}": of_disclosure(edition) for n, edition in told.items()}
    entries |= {f"notices:{n}": of_notice(edition) for n, edition in warned.items()}
    return [entries[name] for name in names if name in entries]


def of_list(edition: PowerEdition) -> Entry:
    """A power list as it is in force."""
    post = edition.power_list.post
    return _entry(
        f"powers/{edition.list_id}",
        gettext("%(post)s权力清单", post=post.full_title),
        url_for("powers.edition", list_id=edition.list_id, number=edition.number),
        edition,
        author=post.unit.name,
        summary=gettext("第 %(number)s 版", number=edition.number),
    )


def of_power(item: PowerItem) -> Entry:
    """A power in force."""
    post = item.edition.power_list.post
    return _entry(
        f"powers/items/{item.id}",
        gettext("%(post)s：%(power)s", post=post.full_title, power=item.name),
        url_for("powers.item", item_id=item.id),
        item.edition,
        author=post.unit.name,
        summary=item.plain,
        category=(item.kind.value, label(item.kind)),
    )


def of_disclosure(edition: DisclosureEdition) -> Entry:
    """A disclosure in force, with its text."""
    told = edition.disclosure
    return _entry(
        f"disclosures/{told.id}",
        edition.title,
        url_for("disclosures.show", disclosure_id=told.id),
        edition,
        author=told.unit.name,
        content=str(rich(edition.body)),
        category=(told.leaf.value, label(told.leaf)),
    )


def of_notice(edition: NoticeEdition) -> Entry:
    """A notice in force, with its text."""
    return _entry(
        f"notices/{edition.notice_id}",
        edition.title,
        url_for("notices.show", notice_id=edition.notice_id),
        edition,
        author=edition.notice.unit.name,
        content=str(rich(edition.body)),
        category=(edition.category, gettext(categories.label_of(edition.category))),
    )


def of_answer(answer: FeedbackAnswer, path: str) -> Entry:
    """An answered question, at the publication it is about."""
    asked = answer.feedback
    return Entry(
        tag(f"feedback/{answer.id}"),
        gettext("%(kind)s：%(about)s", kind=label(asked.kind), about=asked.title),
        absolute(path),
        answer.published_at,
        author=asked.unit.name,
        summary=f"{answer.question}\n\n{answer.text}",
        category=(asked.kind.value, label(asked.kind)),
    )


def _entry(name: str, title: str, path: str, edition: Edition, **values: Any) -> Entry:
    updated = edition.published_at
    if updated is None:
        raise ValueError("an edition that is in force has its moment")
    if edition.correction:
        # Whoever reads by subscription learns of it as well, and first.
        said = f"{gettext('更正：')}{edition.correction}"
        values["summary"] = "\n\n".join(filter(None, (said, values.get("summary"))))
    return Entry(tag(name), title, absolute(path), updated, **values)


def tag(path: str) -> str:
    """The permanent name of something this county publishes, on whatever host.

    The county is told from others by its 网站标识码.
    """
    code = current_county().site_code
    return _TAG.format(authority=f"s{code}." if code.isalnum() else "", path=path)


def answer(
    title: str, path: str, page: Page[Entry], filters: Mapping[str, str] | None = None
) -> Response:
    """A page of a feed.

    Args:
        title: names what it follows; the site's name is put before it.
        path: the page it belongs to.
        page: its entries, the newest first.
        filters: those of the page that were understood.
    """
    county = current_county()
    query = dict(filters or {})
    feed = Feed(
        id=tag(with_filters(request.path, query)),
        title=f"{county.site_name}{gettext('：')}{title}",
        subtitle=gettext("现行公开的内容，最新的在前；撤回的不再列出。"),
        author=county.host or county.site_name,
        language=HTML_LANGUAGES[language()],
        links=_links(path, query, page),
        entries=page.items,
    )
    return current_app.response_class(written(feed), mimetype=MIMETYPE)


def _links(path: str, query: dict[str, str], page: Page[Entry]) -> dict[str, str]:
    def numbered(number: int) -> str:
        return absolute(with_filters(request.path, query, number))

    links = {"self": numbered(page.number), "alternate": absolute(with_filters(path, query))}
    if page.pages > 1:
        links |= {"first": numbered(1), "last": numbered(page.pages)}
        if page.number > 1:
            links["previous"] = numbered(page.number - 1)
        if page.number < page.pages:
            links["next"] = numbered(page.number + 1)
    return links
