"""The command `kspec`, also as `python -m kspec`."""

import sys

__all__ = ["main"]


def main() -> None:
    """The console script. Ctrl-C may come while the commands are still being imported."""
    try:
        from kspec.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)  # As in kspec.cli.signals, which may not be there yet.


if __name__ == "__main__":
    main()
