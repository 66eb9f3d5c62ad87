"""Reporting API: a script written against the vendor's article runs here (reporting-api.md 1, 2, 4, 5).

Doors of their own beside REST: other paths, other errors, tokens alone, and bodies read by ourselves.
"""
