"""ComfyUI: the protocol without I/O, the client that speaks it, the fleet that shares the jobs out."""
