"""The program's own copyreg."""
