"""How good detection is: scenario families scored and pooled, recordings with people's labels, maps of what failed."""
