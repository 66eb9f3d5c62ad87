"""Pages that look into every app: Today, the finder, the roster with its history, help, settings."""
