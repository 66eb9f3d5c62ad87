"""Today, the first page: what needs this person, what runs, what has ended."""
