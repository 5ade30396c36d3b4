"""A workflow as the canvas saves it, converted to API format; ``conversion`` says how."""
