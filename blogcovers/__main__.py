"""``python -m blogcovers``."""

from blogcovers.cli import main

if __name__ == "__main__":
    main()
