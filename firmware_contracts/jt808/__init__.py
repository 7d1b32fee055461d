"""JT/T 808-2011, 2013 and 2019 as bytes and as records, both directions, with what vendors add to it.

Pure like all of `firmware_contracts`: no socket, no clock, no file. The way of a byte stream:

    framing.Framer ── Frame ──> assembling.Assembler ── Frame ──> messages.parse ── Location ──> fixes.fix_of ──> Fix
"""
