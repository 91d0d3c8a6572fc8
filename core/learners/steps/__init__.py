"""One step of training, written for a kind of network and a device."""
