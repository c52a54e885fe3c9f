"""What waits inside a process beside plain locks: conditions, events, semaphores and barriers."""
from time import monotonic_ns as now

from . import wire
from .around import snapshot
from .locks import Lock, nanos, real_lock, replace
from .rlocks import RLock, real_rlock
from .wire import (
    ACQUIRED, BROKE, BROKEN, CLEARED, INTERRUPTED, NOTIFIED, OP_ACQUIRE, OP_WAIT, PASSED, REFUSED, RELEASED, SET, SLEEP,
    SLEEP_ENDED, TIMED_OUT, WAIT, WAIT_ENDED, WOKEN, Res, creator, emit, passes_on, site,
)


def watch_condition(threading):
    cls = threading.Condition

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, lock=None):
            frame = creator(2)
            if frame is None:
                return old(self, lock)
            try:
                r = Res("Condition", "threading.Condition", frame)
                if lock is None:
                    lock = real_rlock.__new__(RLock)
                    lock._r = Res("RLock", "threading.RLock", frame)
                    lock._r.state = r
            except Exception as fault:
                passes_on(fault)
                return old(self, lock)
            old(self, lock)
            self._clab = r
            r.held.append(wire._ref(self))

        return __init__

    @replace(cls, "wait")
    def _(old):
        def wait(self, timeout=None):
            r = getattr(self, "_clab", None)
            op = OP_WAIT
            if r is None:
                meant = getattr(self, "_clab_for", None)
                if meant is None:
                    return old(self, timeout)
                r, op = meant
            if not self._is_owned():
                # It complains.
                return old(self, timeout)
            if not r.n:
                define_condition(r, self)
            place = site()
            waiter = real_lock()
            waiter.acquire()
            self._waiters.append(waiter)
            emit(WAIT, r.n, place, op, nanos(timeout) if timeout is None or timeout > 0 else 0)
            got, how = False, INTERRUPTED
            saved = self._release_save()
            try:
                if timeout is None:
                    waiter.acquire()
                    got = True
                else:
                    got = waiter.acquire(True, timeout) if timeout > 0 else waiter.acquire(False)
                how = TIMED_OUT
                return got
            finally:
                # Whose notification came with the time-out has been notified all the same, as the queue of waiters has it.
                emit(WAIT_ENDED, r.n, place, WOKEN if got else how)
                self._acquire_restore(saved)
                if not got:
                    try:
                        self._waiters.remove(waiter)
                    except ValueError:
                        pass

        return wait

    @replace(cls, "notify")
    def _(old):
        def notify(self, n=1):
            r = getattr(self, "_clab", None)
            if r is None or not self._is_owned():
                return old(self, n)
            if not r.n:
                define_condition(r, self)
            # What is changed before is told before.
            lock = getattr(self, "_lock", None)
            if issubclass(type(lock), (Lock, RLock)) and not lock._r.held:
                snapshot(lock._r, True)
            try:
                emit(NOTIFIED, r.n, site(), max(0, min(n, len(self._waiters))))
            except TypeError:
                pass
            return old(self, n)

        return notify


def define_condition(r, condition):
    """Tells of a condition and of its lock."""
    lock = getattr(condition, "_lock", None)
    inner = lock._r if issubclass(type(lock), (Lock, RLock)) else wire.mark_of(lock)
    if type(inner) is Res:
        if not inner.n:
            inner.define(lock)
        r.extra["guard"] = inner.n
    if not r.n:
        r.define(condition)


def watch_event(threading):
    cls = threading.Event

    @replace(cls, "__init__")
    def _(old):
        def __init__(self):
            frame = creator(2)
            old(self)
            if frame is not None:
                self._clab = Res("Event", "threading.Event", frame)

        return __init__

    @replace(cls, "set")
    def _(old):
        def set(self):
            r = getattr(self, "_clab", None)
            if r is not None and not self._flag:
                emit(SET, r.n or r.define(self), site())
            return old(self)

        return set

    @replace(cls, "clear")
    def _(old):
        def clear(self):
            r = getattr(self, "_clab", None)
            if r is not None and self._flag:
                emit(CLEARED, r.n or r.define(self), site())
            return old(self)

        return clear

    @replace(cls, "wait")
    def _(old):
        def wait(self, timeout=None):
            r = getattr(self, "_clab", None)
            if r is None or self._flag:
                return old(self, timeout)
            place = site()
            if not r.n and timeout is not None and is_throw_away(r, place):
                # Event().wait(s) is a way to sleep.
                emit(SLEEP, 0, place, nanos(timeout))
                try:
                    return old(self, timeout)
                finally:
                    emit(SLEEP_ENDED, 0, place)
            if not r.n:
                r.define(self)
            emit(WAIT, r.n, place, OP_WAIT, nanos(timeout))
            how = INTERRUPTED
            try:
                got = old(self, timeout)
                how = WOKEN if got else TIMED_OUT
                return got
            finally:
                emit(WAIT_ENDED, r.n, place, how)

        return wait


def is_throw_away(r, place):
    """Whether an object is used in the line that makes it, and has no name there."""
    line = wire.source_line(r.path, r.line) if r.path else ""
    return wire._sites.get((r.path, r.line)) == place and "Event().wait(" in line


def watch_semaphore(threading):
    for cls, name in ((threading.Semaphore, "Semaphore"), (threading.BoundedSemaphore, "BoundedSemaphore")):
        _one_semaphore(cls, name)


def _one_semaphore(cls, name):
    bounded = name == "BoundedSemaphore"

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, value=1):
            old(self, value)
            # BoundedSemaphore's calls Semaphore's from the library.
            frame = creator(2)
            if frame is not None:
                self._clab = Res("Semaphore", "threading." + name, frame, capacity=value, bounded=bounded or None)

        return __init__

    if not bounded:

        @replace(cls, "acquire")
        def acquire(old):
            def acquire(self, blocking=True, timeout=None):
                r = getattr(self, "_clab", None)
                if r is None or not blocking and timeout is not None:
                    return old(self, blocking, timeout)
                if not r.n:
                    r.define(self)
                if old(self, False):
                    emit(ACQUIRED, r.n, site(), 1)
                    return True
                if not blocking:
                    return False
                place = site()
                emit(WAIT, r.n, place, OP_ACQUIRE, nanos(timeout))
                taken, how = [], INTERRUPTED
                try:
                    taken.extend(map(old, (self,), (blocking,), (timeout,)))
                    how = TIMED_OUT
                    return True in taken
                finally:
                    if True in taken:
                        emit(ACQUIRED, r.n, place)
                    else:
                        emit(WAIT_ENDED, r.n, place, how)

            return acquire

        cls.__enter__ = cls.acquire

    @replace(cls, "release")
    def _(old):
        def release(self, n=1):
            r = getattr(self, "_clab", None)
            if r is None:
                return old(self, n)
            if n < 1:
                return old(self, n)
            place = site()
            if not bounded:
                at = now()
                for _ in range(n):
                    emit(RELEASED, r.n or r.define(self), place, at=at)
                return old(self, n)
            # Nobody takes or gives one between the look and the release.
            with self._cond:
                if self._value + n <= self._initial_value:
                    for _ in range(n):
                        emit(RELEASED, r.n or r.define(self), place)
                    self._value += n
                    return self._cond.notify(n)
            try:
                return old(self, n)
            except ValueError:
                emit(REFUSED, r.n or r.define(self), place)
                raise

        return release


def watch_barrier(threading):
    cls = threading.Barrier

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, parties, action=None, timeout=None):
            old(self, parties, action, timeout)
            frame = creator(2)
            if frame is not None:
                self._clab = Res("Barrier", "threading.Barrier", frame, capacity=parties)

        return __init__

    @replace(cls, "_wait")
    def _(old):
        def _wait(self, timeout):
            r = getattr(self, "_clab", None)
            if r is None:
                return old(self, timeout)
            place, began = site(), now()
            emit(WAIT, r.n or r.define(self), place, OP_WAIT, nanos(timeout))
            how = INTERRUPTED
            try:
                old(self, timeout)
                how = WOKEN
            except threading.BrokenBarrierError:
                how = TIMED_OUT if timeout is not None and now() - began >= nanos(timeout) else BROKE
                raise
            finally:
                emit(WAIT_ENDED, r.n, place, how)

        return _wait

    @replace(cls, "_release")
    def _(old):
        def _release(self):
            r = getattr(self, "_clab", None)
            if r is not None:
                generation = r.count
                if not r.extra.get("shared"):
                    r.count += 1
                else:
                    generation = -1
                emit(PASSED, r.n or r.define(self), site(), generation)
            return old(self)

        return _release

    @replace(cls, "_break")
    def _(old):
        def _break(self):
            r = getattr(self, "_clab", None)
            if r is not None and self._state != -2:
                emit(BROKEN, r.n or r.define(self), site())
            return old(self)

        return _break

    @replace(cls, "reset")
    def _(old):
        def reset(self):
            r = getattr(self, "_clab", None)
            result = old(self)
            if r is not None:
                emit(CLEARED, r.n or r.define(self), site())
            return result

        return reset
