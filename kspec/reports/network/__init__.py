"""The network drawn: its layers as boxes with shapes and parameters, repeats folded into one."""
