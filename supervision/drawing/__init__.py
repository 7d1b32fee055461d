"""Pages of paper: fonts, maps, charts and tables of PDF files, drawn as vectors."""
