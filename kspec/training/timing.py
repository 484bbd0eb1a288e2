"""How long a training has taken, and how long it will probably still take."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Timing"]


@dataclass(frozen=True)
class Timing:
    """Times in seconds of one clock: the start, and the end of each finished epoch."""

    began: float
    ends: tuple[float, ...] = ()

    def epoch_done(self, now: float) -> Timing:
        return replace(self, ends=(*self.ends, now))

    def elapsed(self, now: float) -> float:
        return now - self.began

    def left(self, now: float, epochs: int) -> float | None:
        """Seconds until `epochs` more epochs are done; None before the first one is.

        They are assumed to take as long as the finished ones on average. The first one includes
        compiling, so it counts only while it is the only one.
        """
        if not self.ends:
            return None
        first, last = self.ends[0], self.ends[-1]
        each = (last - first) / (len(self.ends) - 1) if last > first else first - self.began
        return max(0.0, each * epochs - (now - last))
