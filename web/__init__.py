"""The Flask plumbing that both sites share. It may import domain, never search, portal or admin."""
