import copy
import pickle
import queue
import threading
import weakref

things = [threading.Lock(), threading.RLock(), threading.Condition(), threading.Event(), threading.Semaphore(2),
          threading.BoundedSemaphore(2), threading.Barrier(2), queue.Queue(), queue.SimpleQueue()]
for thing in things:
    print(type(thing).__name__, type(thing).__module__, repr(thing).split(" at ")[0].split(" object")[0])
    print(weakref.ref(thing)() is thing, bool(thing), thing == thing, hash(thing) == hash(thing))
    for act in (pickle.dumps, copy.copy, copy.deepcopy):
        try:
            act(thing)
            print(act.__name__, "works")
        except TypeError as error:
            print(act.__name__, error)
lock, rlock = threading.Lock(), threading.RLock()
print(isinstance(lock, type(threading.Lock())), isinstance(rlock, type(threading.RLock())))
for base in (type(threading.Lock()),):
    try:
        type("Mine", (base,), {})
    except TypeError as error:
        print(error)
with lock:
    print(repr(lock).split(" object")[0], lock.locked())


class Stack(queue.LifoQueue):
    def _init(self, maxsize):
        self.puts = 0
        super()._init(maxsize)

    def _put(self, item):
        self.puts += 1
        super()._put(item)


stack = Stack()
for n in range(3):
    stack.put(n)
print([stack.get() for _ in range(3)], stack.puts, stack.qsize())
print(threading.Thread.start.__qualname__, threading.Condition.wait.__name__, threading.Event.set.__module__)
