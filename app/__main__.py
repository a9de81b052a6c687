"""`candid`, also as `python -m app`."""

import sys


def main() -> None:
    """Load the command line and run it; Ctrl-C while it loads ends quietly too."""
    try:
        from app.cli import main as command_line  # noqa: PLC0415 - a second, and interruptible
    except KeyboardInterrupt:
        sys.exit(130)
    command_line()


if __name__ == "__main__":
    main()
