"""The map page: areas with borders or as tiles, towns as tiles, and always a table beside them."""
