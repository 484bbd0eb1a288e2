"""The exit code of a command whose training a signal has stopped."""

from __future__ import annotations

__all__ = ["exit_code"]


def exit_code(signal: str | None) -> int:
    """By the shell's convention 128 plus the number of `signal`, SIGINT or SIGTERM."""
    return 143 if signal == "SIGTERM" else 130
