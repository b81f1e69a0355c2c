"""One reader a file format; each yields rows with the line that an editor shows."""
