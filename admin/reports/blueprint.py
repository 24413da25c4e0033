"""The part of the site under /reports."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
