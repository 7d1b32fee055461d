"""What the API asks: plain functions of an async connection, each returning rows or columns."""
