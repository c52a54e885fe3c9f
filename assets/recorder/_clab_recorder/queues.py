"""The module `queue`: what threads of a process hand to each other."""
from _functools import partial
from _operator import methodcaller
from time import monotonic_ns as now

from . import wire
from .errors import handed_on, no_errors, taken_over
from .locks import Factory, is_thinned, nanos, replace
from .rlocks import real_rlock
from .wire import (
    CLOSED, FOUND_EMPTY, GOT, INSERTED, ITEM_DONE, OP_GET, OP_JOIN, OP_PUT, PUT, REMOVED, WAIT, WAIT_ENDED, WOKEN, Res, creator,
    emit, ended_by, item, passes_on, site,
)

_call = methodcaller("__call__")


def queue_(queue):
    """Takes part in the module `queue`."""
    no_errors.extend((queue.Empty, queue.Full))
    cls = queue.Queue

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, maxsize=0):
            old(self, maxsize)
            frame = creator(2)
            if frame is None:
                return
            try:
                kind = type(self)
                fifo = kind._put is cls._put and kind._get is cls._get
                names = [c.__name__ for c in kind.__mro__ if c.__module__ == "queue"]
                bound = maxsize if type(maxsize) is int and maxsize > 0 else None
                r = Res("Queue" if fifo else "List", "queue." + (names[0] if names else "Queue"), frame, capacity=bound)
                r.state = None if fifo else Places()
                self._clab = r
                self.not_empty._clab_for = (r, OP_GET)
                self.not_full._clab_for = (r, OP_PUT)
                self.all_tasks_done._clab_for = (r, OP_JOIN)
            except Exception as fault:
                passes_on(fault)

        return __init__

    for kind in (cls, queue.LifoQueue, queue.PriorityQueue):
        _put_and_get(kind)

    @replace(cls, "empty")
    def _(old):
        def empty(self):
            r = getattr(self, "_clab", None)
            if r is None or r.state is not None:
                return old(self)
            with self.mutex:
                nothing = not self._qsize()
                if nothing:
                    found_empty(r, self)
                return nothing

        return empty

    @replace(cls, "get")
    def _(old):
        def get(self, block=True, timeout=None):
            r = getattr(self, "_clab", None)
            if r is None or block or r.state is not None:
                return old(self, block, timeout)
            with self.not_empty:
                if not self._qsize() and not getattr(self, "is_shutdown", False):
                    found_empty(r, self)
            # What has come meanwhile is got all the same.
            return old(self, block, timeout)

        return get

    @replace(cls, "task_done")
    def _(old):
        def task_done(self):
            r = getattr(self, "_clab", None)
            if r is not None and self.unfinished_tasks > 0:
                emit(ITEM_DONE, r.n or r.define(self), site())
            return old(self)

        return task_done

    if "shutdown" in cls.__dict__:

        @replace(cls, "shutdown")
        def _(old):
            def shutdown(self, immediate=False):
                r = getattr(self, "_clab", None)
                if r is not None:
                    emit(CLOSED, r.n or r.define(self), site())
                return old(self, immediate)

            return shutdown

    _simple_queue(queue)


def found_empty(r, queue):
    """Somebody looked, and there was nothing. Who does nothing else looks very often."""
    if not r.n:
        r.define(queue)
    if is_thinned(r):
        r.left_out += 1
    else:
        emit(FOUND_EMPTY, r.n, site(3))


class Places:
    """Where things stand that are added at the end and removed from anywhere, as quickly with many as with few."""

    def __init__(self):
        # Numbers of what is there, in order, and by the thing: none is gone before it is removed.
        self.numbers, self.of, self.next = [], {}, 0

    def added(self, value):
        """The place of a thing that is added."""
        self.of.setdefault(id(value), []).append(self.next)
        self.numbers.append(self.next)
        self.next += 1
        return len(self.numbers) - 1

    def removed(self, value):
        """The place that a thing had; `None` where it had none."""
        own = self.of.get(id(value))
        if own is None:
            return None
        # Of one that is there several times the last one, as a LifoQueue has it.
        number = own.pop()
        if not own:
            del self.of[id(value)]
        low, high = 0, len(self.numbers)
        while low < high:
            middle = (low + high) // 2
            if self.numbers[middle] < number:
                low = middle + 1
            else:
                high = middle
        del self.numbers[low]
        return low


def _look_inside(queue, r, change):
    """Counts what is in a queue of the library's: the program may change that itself."""
    size = queue._qsize()
    if size != queue.__dict__.get("_clab_size", 0) + change:
        name = r.name or "a queue"
        wire.unseen("inside", "The program itself changes what is inside of %s: what stands in it here may be gone." % name)
    queue.__dict__["_clab_size"] = size


def _put_and_get(kind):
    # Both are called under the queue's mutex, so that the order on record is the queue's.
    @replace(kind, "_put")
    def _(old):
        def _put(self, value):
            old(self, value)
            r = getattr(self, "_clab", None)
            if r is not None:
                try:
                    handed_on(value)
                    flags, a, words = item(value)
                    n = r.n or r.define(self)
                    if type(self) is kind:
                        _look_inside(self, r, 1)
                    if r.state is None:
                        emit(PUT, n, site(), a, text=words, flags=flags)
                    else:
                        emit(INSERTED, n, site(), a, r.state.added(value), words, flags=flags)
                except Exception as fault:
                    passes_on(fault)

        return _put

    @replace(kind, "_get")
    def _(old):
        def _get(self):
            value = old(self)
            r = getattr(self, "_clab", None)
            if r is not None:
                try:
                    flags, a, words = item(value)
                    n = r.n or r.define(self)
                    if type(self) is kind:
                        _look_inside(self, r, -1)
                    if r.state is None:
                        emit(GOT, n, site(), a, text=words, flags=flags)
                    else:
                        place = r.state.removed(value)
                        if place is not None:
                            emit(REMOVED, n, site(), a, place, words, flags=flags)
                    taken_over(value)
                except Exception as fault:
                    passes_on(fault)
            return value

        return _get


def _simple_queue(queue):
    real = queue.SimpleQueue

    class SimpleQueue(real, metaclass=Factory):
        """A simple queue that records."""

        _stands_for = "queue.SimpleQueue"

        def __new__(cls, *args, **kwargs):
            frame = creator(2)
            if frame is None and cls is SimpleQueue:
                return real()
            self = real.__new__(cls, *args, **kwargs)
            if frame is not None:
                self._clab = Res("Queue", "queue.SimpleQueue", frame)
                self._order = (wire.generation, real_rlock())
            return self

        def put(self, item, block=True, timeout=None):
            r = getattr(self, "_clab", None)
            if r is None:
                return real.put(self, item, block, timeout)
            handed_on(item)
            flags, a, words = wire.item(item)
            n = r.n or r.define(self)
            place = site()
            generation, order = self._order
            if generation != wire.generation:
                # A forked child's copy: somebody may have had it, who is not there.
                order = real_rlock()
                self._order = (wire.generation, order)
            # Taken again where a handler of a signal or a destructor puts, too.
            with order:
                # Both within one call, into which no handler comes: what it puts comes later, or did before.
                done = []
                done.extend(map(_call, (now, partial(real.put, self, item, block, timeout))))
                emit(PUT, n, place, a, text=words, flags=flags, at=done[0])

        def get(self, block=True, timeout=None):
            r = getattr(self, "_clab", None)
            if r is None:
                return real.get(self, block, timeout)
            n = r.n or r.define(self)
            place, waited = site(), False
            if block and real.empty(self):
                emit(WAIT, n, place, OP_GET, nanos(timeout))
                waited = True
            how = WOKEN
            try:
                value = real.get(self, block, timeout)
            except BaseException as error:
                how = ended_by(error, queue.Empty)
                raise
            finally:
                if waited:
                    emit(WAIT_ENDED, n, place, how)
            flags, a, words = item(value)
            emit(GOT, n, place, a, text=words, flags=flags)
            taken_over(value)
            return value

        def put_nowait(self, item):
            return self.put(item, False)

        def get_nowait(self):
            return self.get(False)

        def __reduce_ex__(self, protocol):
            raise TypeError("cannot pickle '_queue.SimpleQueue' object")

    SimpleQueue.__module__ = "_queue"
    SimpleQueue.__qualname__ = "SimpleQueue"
    queue.SimpleQueue = SimpleQueue
