"""Cookies that the server gives to browsers, by middleware."""
