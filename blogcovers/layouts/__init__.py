"""Where keys and values stand in a header, whatever its format: the ground that an edit of one goes by."""
