"""`python -m muckline` is the same as `muckline`."""

from muckline.cli import main

main()
