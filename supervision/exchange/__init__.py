"""What other bureaux read and push: documents, their schema, cursors of the feed. Pure."""
