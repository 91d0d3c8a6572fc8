"""Every recipe trained over several seeds beside the published figures."""
