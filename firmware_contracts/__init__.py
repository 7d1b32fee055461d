"""Contract v1: topics, payload layouts and golden examples that terminals and platform share.

Pure: bytes in, columns out. No I/O, no clock, no settings, none of our other packages.
"""
