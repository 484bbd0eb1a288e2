"""How fast a spec trains on each backend that is installed here."""
