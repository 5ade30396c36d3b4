"""One plain function a command, in a file of its name; each returns its exit code."""
