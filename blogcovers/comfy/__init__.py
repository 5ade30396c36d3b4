"""ComfyUI: the protocol and the tracker without I/O, the client that speaks, a worker for each server, the renderer."""
