"""ComfyUI: the protocol without I/O, the client that speaks it, a lane for each server, the fleet of them."""
