"""A fictional county, as data."""
