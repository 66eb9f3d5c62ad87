"""Learning activity: xAPI statements, checked, kept and served."""
