"""Sources: feeds that arrive by themselves, how they are, what they sent, and how they are set up."""
