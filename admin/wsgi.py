"""The internal site for a WSGI server: ``gunicorn -c python:web.server admin.wsgi:app``."""

from admin.app import create_app
from admin.settings import AdminSettings
from search import open_engine

settings = AdminSettings.from_environment("admin")
app = create_app(settings, index=open_engine(settings.index_address))
