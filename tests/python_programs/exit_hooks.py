import atexit
import sys

atexit.register(print, "first registered")
atexit.register(print, "last registered")
sys.excepthook = lambda kind, error, trace: print("hook", kind.__name__)
raise LookupError("x")
