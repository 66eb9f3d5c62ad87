"""Layouts of our own, for what no vendor's file says."""
