"""The data sets: which there are, their files, reading and downloading them."""
