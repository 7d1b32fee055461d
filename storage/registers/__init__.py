"""Registers written one item at a time: each change in one transaction, with its author in the history."""
