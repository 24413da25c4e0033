"""Feedback 提问/纠错: what citizens ask and correct about a publication, and the answers beside it."""

from domain.feedback import answering, queue
from domain.feedback.asking import (
    MOST_CHARACTERS,
    About,
    Followed,
    about_disclosure,
    about_notice,
    about_power,
    about_powers,
    ask,
    by_reference,
    new_reference,
    read_reference,
    reference_for,
)
from domain.feedback.public import Figures, beside, figures, listing, said_about
from domain.feedback.tables import (
    OPEN,
    DeclineReason,
    Feedback,
    FeedbackAnswer,
    FeedbackDraft,
    FeedbackKind,
    FeedbackState,
    FeedbackText,
)
from domain.feedback.wording import reads_like_report

__all__ = [
    "MOST_CHARACTERS",
    "OPEN",
    "About",
    "DeclineReason",
    "Feedback",
    "FeedbackAnswer",
    "FeedbackDraft",
    "FeedbackKind",
    "FeedbackState",
    "FeedbackText",
    "Figures",
    "Followed",
    "about_disclosure",
    "about_notice",
    "about_power",
    "about_powers",
    "answering",
    "ask",
    "beside",
    "by_reference",
    "figures",
    "listing",
    "new_reference",
    "queue",
    "read_reference",
    "reads_like_report",
    "reference_for",
    "said_about",
]
