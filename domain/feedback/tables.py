"""The tables of feedback, and the words that stand in their columns.

What somebody typed, what staff are drafting, and what is public stand apart, so that the public
site's database role can put a question in and read its state and its approved answer, and cannot
read the words of a question that nobody has approved yet.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Base
from domain.editing.desk import Kind
from domain.grants import APPEND, READ, Access, portal
from domain.labels import N_, Labelled
from domain.staff import Staff
from domain.units import Unit

# 16 letters of 5 bits: nobody comes upon somebody else's question by trying.
REFERENCE_LENGTH = 16


class FeedbackKind(Labelled):
    """What a citizen wants of the unit."""

    QUESTION = "question", N_("提问")
    CORRECTION = "correction", N_("纠错")


class FeedbackState(Labelled):
    """Where a question stands."""

    RECEIVED = "received", N_("待答复")
    ANSWERED = "answered", N_("答复待审核")
    PUBLISHED = "published", N_("已公开答复")
    DECLINED = "declined", N_("不公开答复")
    MERGED = "merged", N_("并入同样的提问")


OPEN = (FeedbackState.RECEIVED, FeedbackState.ANSWERED)


class DeclineReason(Labelled):
    """Why a question is not answered in public."""

    REPORT = "report", N_("属于举报，应当走举报渠道")
    PERSONAL = "personal", N_("涉及他人隐私，隐去后无法答复")
    UNRELATED = "unrelated", N_("与这一公开内容无关")
    ABUSE = "abuse", N_("辱骂、广告或者没有实际内容")
    OTHER = "other", N_("其他")


class Feedback(Base):
    """A question or correction about an edition that is or was public, without its words."""

    __tablename__ = "feedback"
    __table_args__ = portal(Access(read=True, append=True))

    # The number staff use among themselves; what the asker holds is a reference.
    id: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    # A digest of the reference: it finds the question, and nobody finds the reference by it.
    lookup: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    kind: Mapped[FeedbackKind]
    # What it is about: a kind of publication, the document as the change log names it, the edition
    # that was being read, and for one power its id; the title as it was then.
    noun: Mapped[Kind]
    subject: Mapped[str] = mapped_column(sa.String(40), index=True)
    edition_id: Mapped[int]
    edition_number: Mapped[int]
    item_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(sa.String(300))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), index=True)
    state: Mapped[FeedbackState] = mapped_column(index=True)
    # Days and no moments: a moment would tell more about who asked than anybody needs.
    asked_on: Mapped[date]
    due_on: Mapped[date]
    settled_on: Mapped[date | None]
    # Working days from asking to the published answer, counted when it was published.
    took: Mapped[int | None]
    declined_for: Mapped[DeclineReason | None]
    # What the asker is told beside a state; the asker's own page shows it, no other.
    told: Mapped[str] = mapped_column(sa.Text, default="")
    merged_into_id: Mapped[str | None] = mapped_column(sa.ForeignKey("feedback.id"), index=True)
    # Counts every change, so that nobody decides on what they have not seen.
    revision: Mapped[int] = mapped_column()

    unit: Mapped[Unit] = relationship()
    words: Mapped[FeedbackText | None] = relationship(cascade="all, delete-orphan")
    draft: Mapped[FeedbackDraft | None] = relationship(cascade="all, delete-orphan")
    answer: Mapped[FeedbackAnswer | None] = relationship(
        back_populates="feedback", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}

    @property
    def power(self) -> str | None:
        """The name of the one power it is about; None when it is about a whole publication."""
        return None if self.item_id is None else self.title

    @classmethod
    def is_about(cls, subject: str, power: str | None) -> sa.ColumnElement[bool]:
        """A condition for what is asked about a document, in whichever of its editions.

        Args:
            subject: the document, as the change log names it.
            power: the name of one power of a list, which carries its questions from edition to
                edition; None for what was asked about the document as a whole.
        """
        part = cls.item_id.is_(None) if power is None else cls.item_id.is_not(None)
        same = sa.true() if power is None else cls.title == power
        return sa.and_(cls.subject == subject, part, same)


class FeedbackText(Base):
    """What the citizen typed. Internal for good: the public reads a copy without masked passages."""

    __tablename__ = "feedback_texts"
    __table_args__ = portal(APPEND)

    feedback_id: Mapped[str] = mapped_column(sa.ForeignKey("feedback.id"), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)


class FeedbackDraft(Base):
    """What staff have prepared: the answer, and the passages of the question to be masked."""

    __tablename__ = "feedback_drafts"

    feedback_id: Mapped[str] = mapped_column(sa.ForeignKey("feedback.id"), primary_key=True)
    masks: Mapped[list[str]] = mapped_column(default=list)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    # Why a reviewer returned it.
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    author: Mapped[Staff | None] = relationship()


class FeedbackAnswer(Base):
    """A question with its approved answer, as the public reads them."""

    __tablename__ = "feedback_answers"
    # No number twice: what was taken off must not pass for what came after it.
    __table_args__ = {"sqlite_autoincrement": True, **portal(READ)}

    # Public, unlike the question's own number.
    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[str] = mapped_column(sa.ForeignKey("feedback.id"), unique=True)
    question: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    published_at: Mapped[datetime]

    feedback: Mapped[Feedback] = relationship(back_populates="answer")
