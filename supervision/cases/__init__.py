"""The life of a case: which steps there are, who may take them, by when. Pure; nothing here asks a database or a clock."""
