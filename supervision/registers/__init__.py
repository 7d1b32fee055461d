"""Registers: what each holds, what is wrong with an item, and how items are read from files. Pure."""
