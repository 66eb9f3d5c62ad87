"""Feeds that arrive by themselves: sources, their inboxes, and what takes files out of them.

All doors (SFTP, REST, watched folders and buckets) end in ``inbox``; ``pickup`` makes imports of what came and
answers beside it. Sits between the doors and ``services`` of this app.
"""
