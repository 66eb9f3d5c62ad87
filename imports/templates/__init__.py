"""Import templates: made in the browser, by REST or from the gallery; kept in versions; asked for by imports."""
