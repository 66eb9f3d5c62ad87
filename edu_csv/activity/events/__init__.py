"""What people did: videos and presentations, who watched them when, polls, questions and notes.

The tables that reports are computed from (reporting-api.md 7). Three ways lead in: files, statements, and the
generator for demonstration and benchmark.
"""
