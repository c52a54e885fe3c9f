# finds: unheard-exception
# Threads that log an exception and raise it on: it leaves them, and nobody learns of it.
import threading
import traceback

lock = threading.Lock()


def log():
    print("it failed")


def bare():
    try:
        raise OSError("no disk")
    except:
        log()
        raise


def printed():
    try:
        with lock:
            raise OSError("no disk")
    except (ValueError, OSError):
        traceback.print_exc()
        raise


for work in (bare, printed):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
