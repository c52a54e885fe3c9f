# What the library has of these names, a Python that starts does not need.
import fcntl
import mmap
import struct
import types

print(fcntl.__doc__, mmap.__doc__, struct.__doc__, types.__doc__)
