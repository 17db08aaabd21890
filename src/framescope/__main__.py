"""``python -m framescope``, which is also how ``torchrun -m framescope`` starts each process."""

from framescope.cli import main

main()
