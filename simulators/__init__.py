"""Trucks, washers and gates whose truth is known, speaking the contract; capture, replay and scoring.

What draws the world and its truth (`plane`, `streets`, `city`, `motion`, `haul`, `incidents`, `noise`, `fleet`) never
imports `rules_engine`: a generator that shared the engine's thresholds could only agree with them.
"""
