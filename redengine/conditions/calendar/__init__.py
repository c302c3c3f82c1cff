"""Wall clocks, calendar periods and positions in them, and the times of cron expressions."""
