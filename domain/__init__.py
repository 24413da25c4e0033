"""The rules and the tables. Knows no Flask, no HTML, no search engine."""
