"""The training itself: the loop, which epoch is kept, what is written as it goes."""
