"""``python -m framescope``, which is also how ``torchrun -m framescope`` starts each process."""

from framescope.cli import main

if __name__ == "__main__":  # processes that a command starts import this module too
    main()
