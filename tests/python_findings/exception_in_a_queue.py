# finds:
# Exceptions that are handed on: put into a queue, and raised or handled by whoever takes them out; kept, and raised on.
import queue
import sys
import threading

results = queue.Queue()


def put_and_end(n):
    try:
        raise ValueError("row %d" % n)
    except ValueError as error:
        results.put(error)


def put_and_raise(n):
    try:
        raise ValueError("row %d" % n)
    except ValueError:
        results.put(sys.exc_info())
        raise


class Told(threading.Thread):
    error = None

    def run(self):
        try:
            raise KeyError("gone")
        except Exception as error:
            self.error = error
            raise


threads = [threading.Thread(target=work, args=(n,)) for n, work in enumerate((put_and_end, put_and_raise))]
threads.append(Told())
for thread in threads:
    thread.start()
    thread.join()
first = results.get()
try:
    raise first
except ValueError as error:
    print("first:", error)
print("second:", results.get()[1])
print("third:", repr(threads[2].error))
