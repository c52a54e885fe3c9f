"""The program's own struct."""
