"""The internal site for a WSGI server: ``gunicorn -c python:web.server admin.wsgi:app``."""

from admin.app import create_app
from admin.settings import AdminSettings

app = create_app(AdminSettings.from_environment("admin"))
