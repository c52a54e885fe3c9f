"""The program's own fcntl."""
