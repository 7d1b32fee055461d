"""Exports from one place: a table of things, a table of formats, and what fits them together."""
