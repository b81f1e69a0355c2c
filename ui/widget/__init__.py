"""The widget for other sites: the script, the keys that let a site in, and a mock shop that shows it."""
