"""Groups of test images on which the network is wrong more often than on the rest."""
