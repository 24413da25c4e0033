"""The Flask plumbing that both sites share."""
