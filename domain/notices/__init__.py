"""Notices 通报曝光: typical cases, published for warning [seed 2]."""

from domain.notices.directory import count_public, ever_public, listing, newest, public_editions
from domain.notices.editions import new_edition, readable, start, whole
from domain.notices.tables import Notice, NoticeEdition

__all__ = [
    "Notice",
    "NoticeEdition",
    "count_public",
    "ever_public",
    "listing",
    "new_edition",
    "newest",
    "public_editions",
    "readable",
    "start",
    "whole",
]
