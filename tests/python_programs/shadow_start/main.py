# What the library has of these names, a Python that starts does not need.
import copyreg
import fcntl
import mmap
import struct
import types

print(copyreg.__doc__, fcntl.__doc__, mmap.__doc__, struct.__doc__, types.__doc__)
import threading

print(threading.Lock().acquire(), copyreg.__doc__)
