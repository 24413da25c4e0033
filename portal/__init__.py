"""The public site: read what is published, hand in a report. It can open no report."""
