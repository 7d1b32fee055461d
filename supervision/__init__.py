"""What a bureau does with what was found: cases, notices, exports, evidence, reports, exchange."""
