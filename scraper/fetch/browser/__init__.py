"""Pages that scripts build: shown in a Chromium that reaches nothing by itself, for sites whose file says so."""
