"""Standalone pictures: curves of runs, the learning rate of a spec, the weights of a run.

All are drawn as SVG, by `kspec/reports/charts/`; a PNG is made from that (`png.py`).
"""
