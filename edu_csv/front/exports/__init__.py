"""The pages of exports: form of one line, list, one.

They stand here and not in ``exports``, because they speak of formats in the words of the import pages.
"""
