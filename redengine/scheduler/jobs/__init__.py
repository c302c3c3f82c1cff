"""Jobs: from their submission to their end, and what is remembered of them."""
