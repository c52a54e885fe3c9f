"""The program's own mmap."""
