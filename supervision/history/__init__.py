"""What one truck's fixes say when a person looks back: where it stayed, when nothing was heard, its line made thin."""
