"""The rules and the tables. Knows no Flask, no HTML and no search engine."""
