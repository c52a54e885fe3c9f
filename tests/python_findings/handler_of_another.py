# finds: unheard-exception
# Handlers that did not have it: of another kind, for a part of it that went well, and one that raises at once.
import threading


def work(n):
    try:
        print("row", n)
    except ValueError:
        print("bad row")
        raise
    try:
        raise ValueError("row %d" % n)
    except KeyError:
        print("no such row")
        raise
    except ValueError:
        raise


thread = threading.Thread(target=work, args=(1,))
thread.start()
thread.join()
