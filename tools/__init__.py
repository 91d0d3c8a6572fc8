"""Commands that make what is shipped with the app: trained networks and fitted constants."""
