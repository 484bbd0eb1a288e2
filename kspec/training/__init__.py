"""The training itself: the loop, which epoch is kept, and what is written along the way."""
