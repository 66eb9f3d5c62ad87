"""The pages of the way of a file: list, new import, plan, running, result, row, undo (ui.md section 6)."""
