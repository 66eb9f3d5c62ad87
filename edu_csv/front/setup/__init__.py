"""Settings: one's own account, and the programs that call for the institution, and what holds for all of it."""
