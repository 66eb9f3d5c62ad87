"""Mails: how an import ended or that it waits, and what the watch of feeds has noticed.

Found in the database by the clock and not sent by the worker: an import whose worker died for good is the one
that somebody must hear of. No mail server that is away can make an import fail.
"""
