"""The calibration of a network, on whichever page it is looked at."""
