"""Every door: the command line, the page, the API."""
