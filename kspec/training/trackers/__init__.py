"""Trackers: other programs that are told how a training goes, each through its own library.

A tracker runs in a process of its own, and is fed through a pipe. So whatever its library does,
be it that it fails, waits for a network, draws random numbers or exits, the training is the same
as without it.
"""
