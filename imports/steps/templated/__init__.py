"""The way of files that go through a template: rows become statements, people, groups and permissions."""
