"""One spec on several backends: where do their results start to differ?

Each backend runs in a process of its own (`worker`), started and awaited by the parent
(`processes`), which loads no framework. The first backend is the reference: its process stores the
inputs and outputs of every layer (`ledger`), and the processes of the others feed their layers with
exactly these inputs and measure how far their own results are from the stored ones (`measuring`).
So a layer's difference is its own, and not passed on from the layers before it. `judge` checks the
numbers against `tolerances` and finds the first that is too large.

One reference is enough: a difference from it is seen in every backend that departs, and if the
reference itself is at fault all others depart from it at the same place and by the same amount.
Two that agree with it within a tolerance agree with each other within twice that.

Meanwhile random numbers come from NumPy (`supply`), so that dropout masks and augmentation are the
same on every backend, and compared like everything else.
"""
