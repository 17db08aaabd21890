"""Where the shards of an archive are scored: in this process, or by workers on Ray."""
