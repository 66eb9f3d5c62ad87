"""The pages of reports: gallery and form, what one shows, requests, the column dictionary (ui.md section 7)."""
