"""The settings of rules, and trying them."""
