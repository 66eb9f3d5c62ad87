"""Excel workbooks (.xlsx, ECMA-376), read as a stream.

Ready-made readers build the whole sheet in memory as a rectangle: 5 KB with one cell in the first
row and one in the last made 6 GB. Here a row exists only while it is read.
"""

from __future__ import annotations
