"""Two editors at the same moment, on both databases: nothing is overwritten unseen."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.engine import Engine

from domain import powers, staff
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.editing import desk, disclosures as writing_disclosures, fingerprint, powers as writing
from domain.editing.disclosures import DisclosureText
from domain.officials import Post
from domain.powers import PowerEdition
from domain.publishing import Overtaken
from domain.staff import Staff
from tests.domain.races import race
from tests.fixtures.county import NOW, County, build_county, draft_disclosure, draft_powers

Wait = Callable[[], object]


def seeded(engine: Engine, make: Callable[[Session, County], int]) -> int:
    """A committed county with something in it, whose id comes back."""
    with Session(engine) as session:
        made = make(session, build_county(session))
        session.commit()
        return made


def editor(session: Session) -> Staff:
    found = staff.by_username(session, "editor")
    assert found
    return found


def read(engine: Engine, number: int) -> list[tuple[int, writing.ItemText]]:
    """The items of a draft as two editors have them on their screens."""
    with Session(engine) as session:
        edition = powers.whole(session, number)
        assert edition
        return [(item.id, writing.item_text(item)) for item in edition.items]


def test_one_item_is_saved_by_one_of_two(both: Engine) -> None:
    number = seeded(both, lambda session, county: draft_powers(session, county).id)
    item_id, text = read(both, number)[0]

    def save(words: str) -> Callable[[Session, Wait], object]:
        def act(session: Session, wait: Wait) -> object:
            edition = powers.whole(session, number)
            assert edition
            wait()
            mine, seen, person = replace(text, plain=words), fingerprint(text), editor(session)
            return writing.save_item(session, edition, item_id, mine, seen, person, NOW).plain

        return act

    outcomes = race(both, save("甲"), save("乙"))
    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [Overtaken]
    with Session(both) as session:
        edition = powers.whole(session, number)
        assert edition
        assert edition.items[0].plain in outcomes


def test_two_items_are_saved_by_two(both: Engine) -> None:
    number = seeded(both, lambda session, county: draft_powers(session, county).id)
    shown = read(both, number)

    def save(place: int) -> Callable[[Session, Wait], object]:
        def act(session: Session, wait: Wait) -> object:
            edition = powers.whole(session, number)
            assert edition
            wait()
            item_id, text = shown[place]
            mine, seen = replace(text, plain=f"第 {place}"), fingerprint(text)
            person = editor(session)
            return writing.save_item(session, edition, item_id, mine, seen, person, NOW).id

        return act

    outcomes = race(both, save(0), save(1))
    assert all(isinstance(one, int) for one in outcomes), outcomes
    with Session(both) as session:
        edition = powers.whole(session, number)
        assert edition
        assert [item.plain for item in edition.items] == ["第 0", "第 1"]
        assert edition.revision == 3


def test_two_begin_a_list_and_one_does(both: Engine) -> None:
    post_id = seeded(both, lambda _session, county: county.posts["deputy"].id)

    def act(session: Session, wait: Wait) -> object:
        post = session.get(Post, post_id)
        assert post
        wait()
        return writing.start(session, post, editor(session), NOW, copying=True).number

    outcomes = race(both, act, act)
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "int"]
    with Session(both) as session:
        assert [e.number for e in desk.editions_of_post(session, post_id)] == [1]


def test_a_disclosure_is_saved_by_one_of_two(both: Engine) -> None:
    number = seeded(both, lambda session, county: draft_disclosure(session, county).id)

    def act(session: Session, wait: Wait) -> object:
        edition = session.get(DisclosureEdition, number)
        assert edition
        wait()
        text, person = DisclosureText("题", "文"), editor(session)
        writing_disclosures.save(session, edition, text, None, 1, person, NOW)
        return edition.revision

    outcomes = race(both, act, act)
    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [Overtaken]


def test_items_change_places_on_both_databases(both: Engine) -> None:
    names = ("甲", "乙", "丙", "丁")
    number = seeded(both, lambda s, county: draft_powers(s, county, names=names).id)
    with Session(both) as session:
        edition = session.get(PowerEdition, number)
        assert edition
        person, ids = editor(session), [item.id for item in edition.items]
        writing.move_item(session, edition, ids[0], 1, person, NOW)
        seen = fingerprint(writing.item_text(edition.items[0]))
        writing.remove_item(session, edition, ids[1], seen, person, NOW)
        session.commit()
        assert [(item.number, item.name) for item in edition.items] == [
            (1, "甲"),
            (2, "丙"),
            (3, "丁"),
        ]
        assert session.scalars(desk.waiting(person)).all() == []
