"""Reading: jobs, log records and what else a store is asked for."""
