"""The contract between views and templates: what each page template takes, as typed dictionaries.

A view builds one of these and passes it to ``render``; the template of the same page reads nothing
else, save ``shell`` (from the context processor) and ``request``. Times are aware datetimes and
rendered in the institution's zone; numbers are plain integers and rendered with separators; an
``href`` that is blank renders as text. Nothing here knows a model.

- ``parts``: what the component partials take
- ``shell``: the frame of every page, log in, errors, finder
- ``today``, ``imports``, ``exports``, ``roster``, ``help``: one module per destination
"""
