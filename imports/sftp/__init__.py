"""The SFTP door: one log-in for each source, and of files nothing but its inbox.

No path of a client is ever one of ours: three folders and the names in them are read from the database, so there is
nothing to escape to. No shell, no commands, no forwarding, no links.
"""
