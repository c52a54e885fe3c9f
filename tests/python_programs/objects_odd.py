"""Objects whose own code runs when somebody asks them for anything, built-in functions as parts of classes, and usual mistakes."""
import inspect
import os
import pickle
import queue
import signal
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor, as_completed


class Safe:
    def __init__(self):
        object.__setattr__(self, "_lock", threading.Lock())
        object.__setattr__(self, "n", 5)

    def __getattribute__(self, name):
        with object.__getattribute__(self, "_lock"):
            return object.__getattribute__(self, name)

    def __setattr__(self, name, value):
        with object.__getattribute__(self, "_lock"):
            object.__setattr__(self, name, value)


class Slots:
    __slots__ = ("_lock", "known")

    def __init__(self):
        self._lock, self.known = threading.Lock(), {}

    def __getattr__(self, name):
        with self._lock:
            return self.known.setdefault(name, len(self.known))


class Actor(threading.Thread):
    def __init__(self):
        super().__init__(name="actor")
        self.inbox = queue.Queue()

    def __getattr__(self, name):
        return lambda *args: self.inbox.put((name, args))

    def run(self):
        print(self.inbox.get())


class Loud(threading.Thread):
    def __getattr__(self, name):
        print("asked for", name)
        raise AttributeError(name)

    def __setattr__(self, name, value):
        if name[:1] != "_":
            print("given", name)
        super().__setattr__(name, value)


class Uses:
    sleep, ask, kill, alarm, exit = time.sleep, input, os.kill, signal.alarm, os._exit

    def go(self):
        self.sleep(0.001)
        self.alarm(0)
        self.kill(os.getpid(), 0)


def said(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


safe, slots = Safe(), Slots()
safe.n += 1
print(safe.n, slots.one, slots.two, slots.one)
actor = Actor()
said(actor.join)
actor.start()
actor.deposit(5)
actor.join()
print(actor.is_alive())
loud = Loud(target=print, args=("runs",))
loud.start()
loud.join()
Uses().go()

for call in time.sleep, input, os.kill, os.fork, os._exit, signal.alarm, signal.pause:
    print(repr(call), call.__module__, call.__name__, isinstance(call, types.BuiltinFunctionType), inspect.isbuiltin(call))
    print(pickle.loads(pickle.dumps(call)) is call)
    said(lambda: inspect.signature(call))
for wrong in (time.sleep, lambda: time.sleep(seconds=1), lambda: time.sleep("x"), lambda: input("a", 1), lambda: os.kill(1), lambda: os.fork(1),
              lambda: signal.alarm("x"), lambda: os._exit("x")):
    said(wrong)

lock, rlock = threading.Lock(), threading.RLock()
for wrong in (lambda: lock.aquire(), lambda: lock(), lambda: len(lock), lambda: lock.acquire("x"), lambda: rlock.aquire(), lambda: rlock(),
              lambda: rlock.acquire("x"), lambda: lock.release(), lambda: rlock.release(), lambda: lock.acquire(False, 1)):
    said(wrong)
print(type(lock).__name__, type(rlock).__name__, lock.locked(), lock.acquire(0), lock.acquire(0), lock.release())
with ThreadPoolExecutor(1) as executor:
    said(lambda: list(as_completed(executor.map(abs, [1, -2]))))
    said(lambda: list(as_completed(5)))
