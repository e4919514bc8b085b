"""What AWS has: actions, models, Regions. Dated data that `tools/refresh_catalog.py` writes."""
