"""Everything that is published, in one file to download: built when something is published.

The file is written beside the old one and takes its place in one step. It says itself up to which
number of the change log it goes, so nothing else has to be kept. The same number gives the same
bytes. The portal only reads it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain import indexing, settings as county_settings
from domain.clock import BEIJING
from domain.db import Session, begin_reading
from portal.api.all import NOUNS
from search.folders import Folders, to_disk
from web.tables import csv_pieces

if TYPE_CHECKING:
    from pathlib import Path

    from domain.settings import County
    from portal.api.nouns import Noun
    from web.settings import Settings

NAME = "mingquan-open-data.zip"
# What the file holds, and what the change log calls it. Not what changes without an entry there.
HELD = tuple(noun for noun in NOUNS if not noun.turns_daily)
HOLDS = tuple(noun.subject for noun in HELD if noun.subject)
# After a publication: wait until it has been quiet for so long, but no longer than that.
QUIET_SECONDS = 5.0
LONGEST_SECONDS = 60.0
_EMPTY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bulk:
    """A finished file: up to which change it goes, when that was, and its size in bytes."""

    change: int
    at: datetime
    size: int


def path_of(settings: Settings) -> Path:
    """Where the file is."""
    return settings.var / "public" / NAME


def held(path: Path) -> Bulk | None:
    """The file that is there; None while there is none that can be read."""
    try:
        with zipfile.ZipFile(path) as package:
            said = json.loads(package.comment)
        return Bulk(int(said["change"]), datetime.fromisoformat(said["at"]), path.stat().st_size)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def may_be_handed_out(session: Session, bulk: Bulk) -> bool:
    """Whether nothing in the file has been withdrawn since it was built."""
    return not indexing.may_have_withdrawn(session, bulk.change, HOLDS)


def build(session: Session, path: Path) -> Bulk:
    """Write the file anew and put it in the place of the old one.

    Reads in a transaction of its own, as one state; ``session`` only says which database.

    Raises:
        SearchBusy: another process is building it.
        OSError: it cannot be written.
    """
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    making = path.with_suffix(".tmp")
    with Folders(path.parent).locked("bulk", wait=0), Session(session.get_bind()) as reading:
        begin_reading(reading)
        newest = indexing.newest(reading)
        change, at = (newest.seq, newest.at) if newest else (0, _EMPTY)
        try:
            _write(reading, making, change, at)
            to_disk(making)
            making.replace(path)
        finally:
            making.unlink(missing_ok=True)
        to_disk(path.parent)
    return Bulk(change, at, path.stat().st_size)


def _write(session: Session, path: Path, change: int, at: datetime) -> None:
    county = county_settings.county(session)
    with zipfile.ZipFile(path, "w") as package:
        counts = {}
        for noun in HELD:
            counts[noun.name] = _add(package, f"{noun.name}.jsonl", _lines(session, noun), at)
            rows = (record.cells() for record in noun.every(session, noun.filters()))
            _add(package, f"{noun.name}.csv", csv_pieces(noun.record.headers(), rows), at)
        _add(package, "README.txt", [readme(county, change, at, counts).encode()], at)
        package.comment = json.dumps({"change": change, "at": at.isoformat()}).encode()


def _lines(session: Session, noun: Noun) -> Iterator[bytes]:
    for record in noun.every(session, noun.filters()):
        yield record.model_dump_json().encode() + b"\n"


def _add(package: zipfile.ZipFile, name: str, pieces: Iterable[bytes], at: datetime) -> int:
    """Add one file, piece by piece; returns how many pieces that were."""
    # Nothing of the machine or the moment it is built on: the same content is the same bytes.
    local = at.astimezone(BEIJING)
    entry = zipfile.ZipInfo(name, local.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    count = 0
    with package.open(entry, "w") as out:
        for piece in pieces:
            out.write(piece)
            count += 1
    return count


def readme(county: County, change: int, at: datetime, counts: dict[str, int]) -> str:
    """What the file is, for whoever opens it."""
    local = at.astimezone(BEIJING).isoformat(timespec="seconds")
    home = county.domain.strip().strip("/")
    files = "\n".join(
        f"{noun.name}.jsonl, {noun.name}.csv\t{counts[noun.name]}\t{noun.title}\t"
        f"#/components/schemas/{noun.record.__name__}"
        for noun in HELD
    )
    return (
        f"{county.site_name} {county.host}\n\n"
        f"截至 / as of\t{local}\n"
        f"变化编号 / change number\t{change}\n"
        f"许可 / licence\t{county.licence}\n"
        f"格式说明 / schema\t{home}/api/v1/openapi.json\n\n"
        "文件 / files\t条数 / rows\t内容 / content\t格式 / schema\n"
        f"{files}\n"
    )


@dataclass
class Follower:
    """Builds the file when the change log has moved: at once after a withdrawal, else when it is quiet.

    Attributes:
        path: the file.
    """

    path: Path
    # The last number seen, when it was first seen, and since when there has been anything to do.
    _seen: int = field(default=-1, init=False)
    _seen_at: float = field(default=0.0, init=False)
    _waiting_since: float | None = field(default=None, init=False)

    def step(self, session: Session, now: float) -> Bulk | None:
        """Look once; the file, if it was built.

        Args:
            now: seconds of a clock that only goes forward.

        Raises:
            SearchBusy: another process is building it.
            OSError: it cannot be written.
        """
        session.rollback()  # what was read before is not read again
        bulk, last = held(self.path), indexing.last_change(session)
        if bulk is not None and bulk.change == last:
            self._waiting_since = None
            return None
        # A number beyond the log: a backup of the database was brought back.
        can_wait = bulk and bulk.change < last and may_be_handed_out(session, bulk)
        if can_wait and not self._has_waited(last, now):
            return None
        self._waiting_since = None
        session.rollback()
        return build(session, self.path)

    def _has_waited(self, last: int, now: float) -> bool:
        if self._waiting_since is None:
            self._waiting_since = now
        if last != self._seen:
            self._seen, self._seen_at = last, now
        return now - self._seen_at >= QUIET_SECONDS or now - self._waiting_since >= LONGEST_SECONDS
