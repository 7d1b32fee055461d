"""Evidence that stands up: one signed file of an event or a case, and how anybody checks it."""
