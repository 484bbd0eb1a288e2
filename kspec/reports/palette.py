"""Colours that every kind of colour vision tells apart, and by lightness too.

From the palette of Okabe and Ito (Color Universal Design, 2008): blue and vermilion.
"""

from __future__ import annotations

__all__ = ["TRAINING", "VALIDATION"]

TRAINING = "#0072B2"
VALIDATION = "#D55E00"
