import threading
import time


def while_main_lives():
    while threading.main_thread().is_alive():
        time.sleep(0.01)
    time.sleep(0.1)
    print("main has ended, and is no longer among", [t.name for t in threading.enumerate() if t is threading.main_thread()])


def after_main():
    threading.main_thread().join()
    time.sleep(0.3)
    print("after main")


class Stoppable(threading.Thread):
    """Nobody but the program stops it, asks whether it is alive, or whether it is a daemon."""

    def __init__(self):
        super().__init__(name="stoppable")
        self.stop = threading.Event()

    def run(self):
        time.sleep(0.5)
        print("stopped early" if self.stop.is_set() else "all done")

    def join(self, timeout=None):
        self.stop.set()
        super().join(timeout)

    def is_alive(self):
        print("is it alive?")
        return super().is_alive()

    @property
    def daemon(self):
        return False

    def __eq__(self, other):
        print("is it the same?")
        return self is other

    __hash__ = threading.Thread.__hash__


threading.Thread(target=while_main_lives).start()
threading.Thread(target=after_main).start()
Stoppable().start()
time.sleep(0.05)
print("main ends")
