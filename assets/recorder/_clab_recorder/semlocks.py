"""Locks of the system, and what multiprocessing makes of them: conditions, events and barriers."""
import sys
from time import monotonic_ns as now

from . import wire
from .locks import is_thinned, nanos, replace
from .processes import CONTEXT
from .wire import (
    ACQUIRED, CLEARED, INTERRUPTED, NOTIFIED, OP_ACQUIRE, OP_WAIT, REFUSED, RELEASED, SET, TIMED_OUT, WAIT, WAIT_ENDED, WOKEN, Res,
    creator, emit, is_recorded, passes_on, site,
)


def mark_semlock(self, r):
    """A lock of the system is recorded from here on; with `None` it is not any more."""
    self.__dict__["_clab"] = r
    semlock = self._semlock
    if r is None:
        self.acquire, self.release = semlock.acquire, semlock.release
        return
    take, give, self_ = semlock.acquire, semlock.release, wire._ref(self)

    def acquire(block=True, timeout=None):
        if not r.n:
            r.define(self_())
        # Kept in a list, which the call fills itself: a handler of a signal may raise behind it.
        taken, at, left_out = [], 0, False
        try:
            taken.extend(map(take, (False,)))
            if True in taken:
                if r.kind == "RLock" and semlock._count() > 1:
                    if not r.held:
                        at = now()
                        emit(ACQUIRED, r.n, site(), 1, at=at)
                elif not is_thinned(r):
                    at = now()
                    emit(ACQUIRED, r.n, site(), 1, at=at)
                else:
                    r.left_out += 1
                    left_out = True
                    r.held.append(0)
                return True
            if not block:
                return False
            place, how = site(), INTERRUPTED
            emit(WAIT, r.n, place, OP_ACQUIRE, nanos(timeout))
            try:
                taken.extend(map(take, (block,), (timeout,)))
                how = TIMED_OUT
            finally:
                if True in taken:
                    at = now()
                    emit(ACQUIRED, r.n, place, at=at)
                else:
                    emit(WAIT_ENDED, r.n, place, how)
            return True in taken
        except BaseException:
            if True in taken:
                if left_out:
                    del r.held[-1:]
                if is_recorded(ACQUIRED, r.n, at):
                    emit(RELEASED, r.n, site())
                give()
            raise

    def release():
        if r.held:
            if r.kind != "RLock" or semlock._count() == 1:
                r.held.pop()
            return give()
        at, place = now(), site()
        if r.kind == "Semaphore":
            try:
                full = semlock._get_value() >= semlock.maxvalue
            except NotImplementedError:
                full = False
            if full:
                emit(REFUSED, r.n or r.define(self_()), place)
                return give()
        if semlock._is_mine() or r.kind == "Semaphore":
            # Told before: a process may be killed in between.
            emit(RELEASED, r.n or r.define(self_()), place, at=at)
        return give()

    self.acquire, self.release = acquire, release


def semlock_res(self, kind, cls, frame, **extra):
    return Res(kind, cls, frame, uid=_uid_of(self, "sem"), shared=True, **extra)


_KINDS = {"Lock": "Lock", "RLock": "RLock", "Semaphore": "Semaphore", "BoundedSemaphore": "Semaphore"}


def synchronize_(module):
    """Takes part in multiprocessing.synchronize."""
    base = module.SemLock

    @replace(base, "__enter__")
    def _(old):
        def __enter__(self):
            if self.__dict__.get("_clab") is None:
                return old(self)
            return self.acquire()

        return __enter__

    @replace(base, "__exit__")
    def _(old):
        def __exit__(self, *args):
            if self.__dict__.get("_clab") is None:
                return old(self, *args)
            return self.release()

        return __exit__

    @replace(base, "__getstate__")
    def _(old):
        def __getstate__(self):
            r = self.__dict__.get("_clab")
            if r is not None and not r.n:
                # Where it arrives nobody knows its name, nor how many permits it had.
                r.define(self)
            return old(self)

        return __getstate__

    @replace(base, "__setstate__")
    def _(old):
        def __setstate__(self, state):
            old(self, state)
            name = type(self).__name__
            if name in _KINDS:
                mark_semlock(self, semlock_res(self, _KINDS[name], "multiprocessing." + name, None))

        return __setstate__

    for name, kind in _KINDS.items():
        _semlock_class(getattr(module, name), name, kind)
    _condition(module.Condition)
    _event(module.Event)
    _barrier(module.Barrier)


def _semlock_class(cls, name, kind):
    def make(old):
        def __init__(self, *args, ctx, **kwargs):
            old(self, *args, ctx=ctx, **kwargs)
            frame = creator(2, CONTEXT)
            if frame is not None:
                extra = {}
                if kind == "Semaphore":
                    extra = {"capacity": self._semlock._get_value(), "bounded": name == "BoundedSemaphore" or None}
                mark_semlock(self, semlock_res(self, kind, "multiprocessing." + name, frame, **extra))

        return __init__

    replace(cls, "__init__")(make)


def _condition(cls):
    def is_own(self):
        return self.__dict__.get("_clab")

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, lock=None, *, ctx):
            old(self, lock, ctx=ctx)
            frame = creator(2, CONTEXT)
            if frame is not None:
                r = Res("Condition", "multiprocessing.Condition", frame, shared=True, uid=_uid_of(self._wait_semaphore, "cond"))
                if lock is None:
                    inner = semlock_res(self._lock, "RLock", "multiprocessing.RLock", frame)
                    inner.state = r
                    mark_semlock(self._lock, inner)
                    self._make_methods()
                self._clab = r

        return __init__

    @replace(cls, "__setstate__")
    def _(old):
        def __setstate__(self, state):
            old(self, state)
            for part in state[1:]:
                mark_semlock(part, None)
            self._make_methods()
            self._clab = Res("Condition", "multiprocessing.Condition", None, shared=True, uid=_uid_of(self._wait_semaphore, "cond"))

        return __setstate__

    @replace(cls, "wait")
    def _(old):
        def wait(self, timeout=None):
            r = is_own(self)
            if r is None or not self._lock._semlock._is_mine():
                return old(self, timeout)
            n, place = _define_condition(r, self), site()
            emit(WAIT, n, place, OP_WAIT, nanos(timeout))
            self._sleeping_count.release()
            count = self._lock._semlock._count()
            for _ in range(count):
                self._lock.release()
            how = INTERRUPTED
            try:
                got = self._wait_semaphore.acquire(True, timeout)
                how = WOKEN if got else TIMED_OUT
                return got
            finally:
                emit(WAIT_ENDED, n, place, how)
                self._woken_count.release()
                for _ in range(count):
                    self._lock.acquire()

        return wait

    @replace(cls, "notify")
    def _(old):
        def notify(self, n=1):
            r = is_own(self)
            if r is not None and self._lock._semlock._is_mine():
                try:
                    waiting = self._sleeping_count._semlock._get_value() - self._woken_count._semlock._get_value()
                    emit(NOTIFIED, _define_condition(r, self), site(), max(0, min(n, waiting)))
                except Exception as fault:
                    passes_on(fault)
            return old(self, n)

        return notify


def _uid_of(semlock, what):
    # One of the start method fork has no name, and reaches other processes by being forked with all that is known of it.
    name = getattr(semlock._semlock, "name", None) or "%s.%d" % (wire.key, wire.number("shared"))
    return what + ":" + name


def _define_condition(r, condition):
    if r.n:
        return r.n
    inner = condition._lock.__dict__.get("_clab")
    if inner is not None:
        r.extra["guard"] = inner.n or inner.define(condition._lock)
    return r.define(condition)


def hide(*parts):
    """The parts that something is made of are none of the program's."""
    for part in parts:
        if "_semlock" in part.__dict__:
            if part.__dict__.get("_clab") is not None:
                mark_semlock(part, None)
        elif part.__dict__.get("_clab") is not None or "_lock" in part.__dict__:
            part.__dict__["_clab"] = None
            if part._lock.__dict__.get("_clab") is not None:
                mark_semlock(part._lock, None)
                part._make_methods()


def _event(cls):
    def res(self):
        """What is known of an event; one that came from another process is hidden inside first."""
        r = self.__dict__.get("_clab", 0)
        if r == 0:
            # Forked ones have it. This one was sent.
            hide(self._flag, self._cond)
            r = self._clab = Res("Event", "multiprocessing.Event", None, shared=True, uid=_uid_of(self._flag, "event"))
        return r

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, *, ctx):
            old(self, ctx=ctx)
            frame = creator(2, CONTEXT)
            self._clab = None
            if frame is not None:
                self._clab = Res("Event", "multiprocessing.Event", frame, shared=True, uid=_uid_of(self._flag, "event"))

        return __init__

    # Of the recorder's nothing travels.
    def __getstate__(self):
        state = dict(self.__dict__)
        state.pop("_clab", None)
        return state

    cls.__getstate__ = __getstate__

    @replace(cls, "set")
    def _(old):
        def set(self):
            r = res(self)
            if r is not None:
                emit(SET, r.n or r.define(self), site())
            return old(self)

        return set

    @replace(cls, "clear")
    def _(old):
        def clear(self):
            r = res(self)
            if r is not None:
                emit(CLEARED, r.n or r.define(self), site())
            return old(self)

        return clear

    @replace(cls, "is_set")
    def _(old):
        def is_set(self):
            res(self)
            return old(self)

        return is_set

    @replace(cls, "wait")
    def _(old):
        def wait(self, timeout=None):
            r = res(self)
            if r is None or self.is_set():
                return old(self, timeout)
            n, place = r.n or r.define(self), site()
            emit(WAIT, n, place, OP_WAIT, nanos(timeout))
            how = INTERRUPTED
            try:
                got = old(self, timeout)
                how = WOKEN if got else TIMED_OUT
                return got
            finally:
                emit(WAIT_ENDED, n, place, how)

        return wait


def _barrier(cls):
    @replace(cls, "__init__")
    def _(old):
        def __init__(self, parties, action=None, timeout=None, *, ctx):
            old(self, parties, action, timeout, ctx=ctx)
            frame = creator(2, CONTEXT)
            if frame is not None:
                self._clab = Res("Barrier", "multiprocessing.Barrier", frame, capacity=parties, shared=True,
                                 uid=_uid_of(self._cond._wait_semaphore, "barrier"))

        return __init__

    @replace(cls, "__setstate__")
    def _(old):
        def __setstate__(self, state):
            old(self, state)
            fresh = creator(2) is None and sys._getframe(1).f_code.co_filename.endswith("synchronize.py")
            if not fresh:
                hide(self._cond)
                self._clab = Res("Barrier", "multiprocessing.Barrier", None, capacity=self._parties, shared=True,
                                 uid=_uid_of(self._cond._wait_semaphore, "barrier"))

        return __setstate__
