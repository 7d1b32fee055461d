"""What the resources of registers share: their answers, their documentation, and the way a change takes."""
