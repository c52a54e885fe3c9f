"""The program's own types."""
