"""The outputs of a network's frozen part: computed once per sample, kept, and trained on."""
