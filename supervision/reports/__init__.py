"""Daily and monthly reports: figures made once and kept, files made of them."""
