"""The wire of a simulated Windows terminal: WS-Management over HTTP and HTTPS, as unmodified clients speak it."""
