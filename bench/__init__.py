"""``make bench``: the measurements of docs/benchmarks.md, and nothing that a test would time.

``python -m bench`` starts a PostgreSQL of its own, loads an invented roster, and runs each row of the
table in fresh copies of that database. The product runs as it does in production: a worker process of
its own, the application's role, row-level security, fsync.
"""
