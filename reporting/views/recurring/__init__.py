"""Pages of recurring reports, below ``/reports/recurring/``."""
