# finds:
# The program has a function of its own for exceptions that leave a thread.
import threading

failed = []


def note(args):
    failed.append(args.exc_value)


threading.excepthook = note


def work():
    raise ValueError("bad row")


thread = threading.Thread(target=work)
thread.start()
thread.join()
print("failed:", failed)
