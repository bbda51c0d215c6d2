"""One noun a file: what can be asked over HTTP."""
