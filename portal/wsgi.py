"""The public site for a WSGI server: ``gunicorn -c python:web.server portal.wsgi:app``."""

from portal.app import create_app
from portal.settings import PortalSettings
from search import open_reader

settings = PortalSettings.from_environment("portal")
app = create_app(settings, open_reader(settings.index_address))
