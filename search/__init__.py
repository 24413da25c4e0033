"""Full-text search behind one small protocol."""
