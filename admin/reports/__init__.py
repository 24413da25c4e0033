"""Reports 信访举报: the queue, the opened report, and what an office does with it."""

from admin.reports import acts, files, page, queue
from admin.reports.blueprint import blueprint

__all__ = ["acts", "blueprint", "files", "page", "queue"]
