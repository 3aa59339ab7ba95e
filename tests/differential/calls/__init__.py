"""The calls, an area a file. A step is a call, or the name of a server to wait for."""
