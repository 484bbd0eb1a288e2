"""How a rival waits for its turn: nobody computes while another is being timed."""

from __future__ import annotations

import json
import sys
import time


class Gate:
    """One epoch for each line on standard input; its seconds, of the clock and of the processor."""

    def wait(self) -> None:
        """Until it is this rival's turn; ends the process when there are no more turns."""
        if not sys.stdin.readline():
            sys.exit(0)
        self._began = time.perf_counter(), time.process_time()

    def done(self, **more: float) -> None:
        clock, processor = self._began
        times = {"clock": time.perf_counter() - clock, "cpu": time.process_time() - processor}
        print(json.dumps(times | more), file=sys.__stdout__, flush=True)
