"""One spec on several backends: where does what they compute depart?

Each backend runs in a process of its own (`worker`), started and awaited by the parent
(`processes`), which loads no framework. The first backend is the reference: its process stores
what every layer takes and gives (`reference`), and those of the others feed their layers with just
that and measure how far their own results are from it (`measuring`). So a layer's difference is its
own, and not what the layers before it handed on. `judge` holds the numbers against `tolerances`
and finds the first that is too large.

One reference is enough: a difference from it is seen in every backend that departs, and where the
reference itself is at fault all others depart from it at the same place and by the same amount.
Two that agree with it within a tolerance agree with each other within twice that.

Random numbers come from NumPy (`supply`) while this goes on, so that dropout masks and augmentation
are the same on every backend, and compared like everything else.
"""
