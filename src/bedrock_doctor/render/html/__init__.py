"""Pages of HTML, made from JSON documents alone."""
