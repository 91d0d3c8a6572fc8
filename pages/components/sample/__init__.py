"""One test image, looked at closely."""
