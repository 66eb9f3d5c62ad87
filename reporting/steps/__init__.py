"""Steps of a report: select, write; and what pages show of one: preview."""
