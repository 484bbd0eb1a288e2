"""What the frozen part of a network makes of each sample: computed once, kept, learned from."""
