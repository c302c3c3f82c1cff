"""Changes over the API: written one after the other, on record, and undone."""
