"""The case database: the restricted plane. No public page, route or metric may import it."""
