# order: lines
import contextlib
import io
import logging
import os
import sys
import threading

print("a", "b", sep="-", end="!\n")
print("no end", end="")
print()
sys.stdout.write("written\nand more\n")
print("to stderr", file=sys.stderr)
with contextlib.redirect_stdout(io.StringIO()) as inner:
    print("hidden")
print(len(inner.getvalue()))
logging.basicConfig(stream=sys.stdout, format="%(message)s %(threadName)s", level=logging.INFO)
t = threading.Thread(target=lambda: logging.info("logged"), name="logger")
t.start()
t.join()
sys.stdout.flush()
os.write(1, b"raw\n")
print("ünïcödé ☃ \ud83d".encode("utf-8", "replace").decode())
print(*range(3), sep="\n")
sys.stdout.writelines(["x\n", "y\n"])
