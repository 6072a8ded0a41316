"""Vigie’s engine: articles in, an index on disk, answers out. It knows nothing of the web."""
