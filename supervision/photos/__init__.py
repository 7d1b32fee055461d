"""Photos as evidence: checked, stripped of what they tell beyond the picture, and made small enough to keep. Pure."""
