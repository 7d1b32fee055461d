"""Slow, obvious twins of the rules: one truck, one row after the other, plain Python.

They share no code with `rules_engine` but its types, its default limits and its geometry, which has references of its
own. What they find in a whole track is what the engine must find, however the track is cut into batches.
"""
