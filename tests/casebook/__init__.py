"""The casebook: situations with their exact diagnosis, as Markdown pages."""
