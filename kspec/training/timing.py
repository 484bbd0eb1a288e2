"""How long a training has taken, and how long it may still take."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Timing"]


@dataclass(frozen=True)
class Timing:
    """Moments in seconds of one clock: the beginning, and the end of each epoch that is done."""

    began: float
    ends: tuple[float, ...] = ()

    def epoch_done(self, now: float) -> Timing:
        return replace(self, ends=(*self.ends, now))

    def elapsed(self, now: float) -> float:
        return now - self.began

    def left(self, now: float, epochs: int) -> float | None:
        """Seconds until `epochs` more epochs are done; None before the first one is.

        They are taken to be as long as those done are on average. The first one compiles, so it
        counts only as long as there is no other.
        """
        if not self.ends:
            return None
        first, last = self.ends[0], self.ends[-1]
        each = (last - first) / (len(self.ends) - 1) if last > first else first - self.began
        return max(0.0, each * epochs - (now - last))
