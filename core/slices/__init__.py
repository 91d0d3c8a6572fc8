"""Slices: groups of test images on which a network is wrong more often than on the rest."""
