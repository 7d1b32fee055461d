"""The life of a case: which steps there are, who may take them, by when. Pure: no database, no clock."""
