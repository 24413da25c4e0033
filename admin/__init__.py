"""The internal site: publish, triage, casework, integrity files."""
