"""CSV Data Import API: a script written against the published one runs here (csv data import 4).

Doors of their own beside REST: other paths, other errors, HTTP Basic alone, and the body read by ourselves.
"""
