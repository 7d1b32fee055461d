"""Arrays of fixes in, events out.

Pure NumPy: no I/O, no clock, no settings, none of our other packages. What a truck's past still means comes in as
`Carry`, what the city permits comes in as `World`, and both go out the way they came.
"""
