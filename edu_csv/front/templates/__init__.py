"""Pages of import templates: all of them, a new one, the editor, versions (ui.md section 7)."""
