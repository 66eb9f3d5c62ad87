"""Activity: what was captured and published, and what people did with it (reporting-api.md 7.1), a file a layout."""
