"""Reports as text and data. Nothing else prints."""
