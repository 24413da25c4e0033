"""Measurements: ourselves and a peer in the same run, as a table or as JSON."""
