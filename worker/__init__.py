"""The process that follows what was found: opens cases, tells people, delivers, makes what takes long."""
