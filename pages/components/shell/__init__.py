"""What every page has: the list of pages, shared services, wording, the address."""
