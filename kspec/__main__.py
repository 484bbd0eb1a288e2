"""`python -m kspec` is the command `kspec`."""

from kspec.cli.main import main

if __name__ == "__main__":
    main()
