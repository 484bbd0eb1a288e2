"""How `kspec compare` shows what it found: in a terminal, and for programs."""
