"""The roster browser: lists of objects, and one object with the origin of each value."""
