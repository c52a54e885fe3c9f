"""threading and queue: what threads of a process share, and the threads themselves."""
import _thread
import builtins
from _thread import get_ident
from time import monotonic_ns as now

from . import wire
from .around import hide_frames, shares, snapshot
from .wire import (
    ACQUIRED, BROKE, BROKEN, CAUGHT, CLEARED, CLOSED, END_SEEN, ENDED, FOUND_EMPTY, GOT, INSERTED, ITEM_DONE, LATE, NOTIFIED, OP_ACQUIRE, OP_GET, OP_JOIN,
    OP_PUT, OP_WAIT, PASSED, PROPAGATED, PUT, RAISED, REFUSED, RELEASED, REMOVED, SET, SLEEP, SLEEP_ENDED, SPAWNED, STARTED, THINNED, TIMED_OUT,
    UNHANDLED, WAIT, WAIT_ENDED, WOKEN, FUNCTIONS, Res, code_of, creator, emit, emit_of, is_library, item, passes_on, site, text, threads,
)

_real_lock = _thread.allocate_lock
_real_rlock = _thread.RLock

# A lock used more often than this in a quarter of a second is thinned out for the rest of it, once the process has had as
# many more uses of such locks on record as it may: what a program of a usual size does is whole, and the slots last.
_QUARTER = 250_000_000
_MOST = 500
_MANY = 50_000
_many = [0]


def _is_thinned(r):
    """Counts a use of a lock. Whether it is to be left out."""
    at = now()
    if at - r.since > _QUARTER:
        r.since, r.count = at, 0
        if r.thin:
            r.thin = False
            emit(THINNED, r.n, 0, a=r.left_out)
            r.left_out = 0
    r.count += 1
    if r.count > _MOST and not r.thin:
        if _many[0] >= _MANY:
            r.thin = True
        else:
            _many[0] += 1
    return r.thin


def _own_up(r):
    """Somebody has to wait for a lock whose owner's acquiring had been left out: it is told now."""
    if not r.held:
        return
    # Before it is taken out: its owner may give it back in this moment.
    r.told = True
    try:
        thread, at, place = r.held.pop()
    except IndexError:
        return
    emit_of(thread, ACQUIRED, r.n, place, flags=LATE, at=at)


def tell_thinned():
    """At the end of the process: what was left out."""
    for entry in list(wire._known):
        r = entry()
        if r is not None and r.left_out:
            emit(THINNED, r.n, 0, a=r.left_out)
            r.left_out = 0


def nanos(timeout):
    """A time-out in nanoseconds, -1 for none."""
    try:
        return -1 if timeout is None or timeout < 0 else min(int(timeout * 1e9), 1 << 62)
    except (TypeError, ValueError, OverflowError):
        return -1


def wait_for_lock(r, take, give, blocking, timeout, place):
    """Acquires by `take`, on record, what could not be had at once. `give` gives it back where a handler of a signal
    raises then, unless there is none."""
    _own_up(r)
    emit(WAIT, r.n, place, OP_ACQUIRE, nanos(timeout))
    got = False
    try:
        if r.thin and timeout == -1:
            # Its owner may have been about to note that it has it.
            got = take(True, 0.05)
            if not got:
                _own_up(r)
        got = got or take(blocking, timeout)
    finally:
        if got:
            try:
                emit(ACQUIRED, r.n, place)
            except BaseException as error:
                undo(r, error, False, give, place)
                raise
        else:
            emit(WAIT_ENDED, r.n, place, TIMED_OUT)
    return got


def undo(r, error, told, give, place):
    """A lock was taken, and a handler of a signal raised before the program had it: nobody would give it back."""
    if give is None:
        return
    try:
        if wire.is_recorded_in_spite_of(error) or told:
            emit(RELEASED, r.n, place)
    finally:
        give()


def _pop(held):
    try:
        held.pop()
        return True
    except IndexError:
        return False


def let_go(r, give):
    """Gives a lock back, on record, whatever a handler of a signal raises meanwhile."""
    try:
        emit(RELEASED, r.n, site(3))
    except BaseException as error:
        if not wire.is_recorded_in_spite_of(error):
            emit(RELEASED, r.n, site(3))
        raise
    finally:
        r.told = False
        give()


class _Factory(type):
    """Of classes that stand for the library's: where they are sent, the library's are meant."""


class Lock(metaclass=_Factory):
    """Stands for a lock of the C library's, and records what is done with it."""

    __slots__ = ("_take", "_give", "_inner", "_r", "__weakref__")

    def __new__(cls):
        inner = _real_lock()
        try:
            frame = creator(2)
            if frame is None:
                return inner
            self = object.__new__(cls)
            self._inner, self._take, self._give = inner, inner.acquire, inner.release
            self._r = Res("Lock", "threading.Lock", frame)
            return self
        except Exception as fault:
            passes_on(fault)
            return inner

    def acquire(self, blocking=True, timeout=-1):
        r = self._r
        if not r.n:
            r.define(self)
        if self._take(False):
            if blocking is not True and timeout != -1:
                # As the original complains.
                self._give()
                return self._take(blocking, timeout)
            told = False
            try:
                if _is_thinned(r):
                    r.left_out += 1
                    r.held.append((threads[get_ident()], now(), 0))
                else:
                    emit(ACQUIRED, r.n, site(), 1)
                    told = r.told = True
                    snapshot(r, False)
            except BaseException as error:
                r.told = False
                undo(r, error, told, self._give, site())
                raise
            return True
        if not blocking:
            return self._take(blocking, timeout)
        got = wait_for_lock(r, self._take, self._give, blocking, timeout, site())
        if got:
            r.told = True
        return got

    __enter__ = acquire

    def release(self, *_):
        r, told = self._r, False
        try:
            if not (r.held and _pop(r.held)) and r.told:
                # Told while it is held: whoever takes it next is stamped later.
                told = True
                snapshot(r, True)
        finally:
            if told:
                let_go(r, self._give)
            else:
                self._give()

    __exit__ = release

    def locked(self):
        return self._inner.locked()

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def _is_owned(self):
        if self._take(False):
            self._give()
            return False
        return True

    def _release_save(self):
        self.release()

    def _acquire_restore(self, state):
        self.acquire()

    def _at_fork_reinit(self):
        self._r.held.clear()
        self._r.told = False
        self._inner._at_fork_reinit()

    def __repr__(self):
        return repr(self._inner)

    def __reduce_ex__(self, protocol):
        raise TypeError("cannot pickle '_thread.lock' object")

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type '_thread.lock' is not an acceptable base type")


class RLock(_real_rlock, metaclass=_Factory):
    """An rlock that records."""

    def __new__(cls, *args, **kwargs):
        try:
            frame = creator(2)
            if frame is None and cls is RLock:
                return _real_rlock()
            self = _real_rlock.__new__(cls, *args, **kwargs)
            self._r = Res("RLock", "threading.RLock", frame)
            self._depth = 0
            return self
        except Exception as fault:
            passes_on(fault)
            return _real_rlock()

    def acquire(self, blocking=True, timeout=-1):
        r = self._r
        if not r.n:
            r.define(self)
        if _real_rlock.acquire(self, False):
            if blocking is not True and timeout != -1:
                _real_rlock.release(self)
                return _real_rlock.acquire(self, blocking, timeout)
            depth = self._depth
            try:
                self._took(r)
            except BaseException as error:
                self._depth = depth
                undo(r, error, False, lambda: _real_rlock.release(self), site())
                raise
            return True
        if not blocking:
            return _real_rlock.acquire(self, blocking, timeout)
        take, give = lambda b, t: _real_rlock.acquire(self, b, t), lambda: _real_rlock.release(self)
        got = wait_for_lock(r, take, give, blocking, timeout, site())
        if got:
            self._depth = 1
        return got

    __enter__ = acquire

    def _took(self, r):
        self._depth += 1
        if self._depth == 1 and _is_thinned(r):
            r.left_out += 1
            r.held.append((threads[get_ident()], now(), 0))
        elif r.held:
            # Taken again within what is left out.
            pass
        else:
            emit(ACQUIRED, r.n, site(3), 1)
            if self._depth == 1:
                snapshot(r, False, 3)

    def release(self):
        r = self._r
        if not self._is_owned():
            return _real_rlock.release(self)
        last = self._depth <= 1
        self._depth -= 1
        if r.held:
            if not last:
                return _real_rlock.release(self)
            try:
                r.held.pop()
            except IndexError:
                pass
            else:
                return _real_rlock.release(self)
        try:
            if last:
                snapshot(r, True)
        finally:
            let_go(r, lambda: _real_rlock.release(self))

    def __exit__(self, *error):
        self.release()

    def _release_save(self):
        r = self._r
        if r.held:
            _own_up(r)
        snapshot(r, True)
        depth, place = self._depth, site()
        for _ in range(depth):
            emit(RELEASED, r.n, place)
        self._depth = 0
        _real_rlock._release_save(self)
        return depth

    def _acquire_restore(self, state):
        depth, r, place = state, self._r, site()
        if _real_rlock.acquire(self, False):
            emit(ACQUIRED, r.n, place, 1)
        else:
            # A condition's wait ends with its lock, whatever comes.
            wait_for_lock(r, lambda b, t: _real_rlock.acquire(self, b, t), None, True, -1, place)
        for _ in range(depth - 1):
            _real_rlock.acquire(self)
            emit(ACQUIRED, r.n, place, 1)
        self._depth = depth

    def _at_fork_reinit(self):
        self._depth = 0
        self._r.held.clear()
        _real_rlock._at_fork_reinit(self)

    def __repr__(self):
        words = _real_rlock.__repr__(self)
        return words if "_thread." in words else words.replace(" RLock object", " _thread.RLock object", 1)

    def __reduce_ex__(self, protocol):
        raise TypeError("cannot pickle '_thread.RLock' object")


for _class, _name in ((Lock, "lock"), (RLock, "RLock")):
    _class.__module__, _class.__name__, _class.__qualname__ = "_thread", _name, _name


def _sent(factory):
    """How a class goes to another process, which may have no recorder."""
    where = "threading.Lock" if factory is Lock else "threading.RLock" if factory is RLock else "queue.SimpleQueue"
    module, name = where.split(".")
    return eval, ("__import__(%r).%s" % (module, name),)


def threading_(threading):
    """Takes part in the module `threading`."""
    import copyreg

    copyreg.pickle(_Factory, _sent)
    threading.Lock = Lock
    threading.RLock = RLock
    _condition(threading)
    _event(threading)
    _semaphore(threading)
    _barrier(threading)
    _thread_class(threading)


def replace(cls, name):
    """A decorator: the function stands for the method, and is called with it first."""

    def deco(make):
        old = cls.__dict__[name]
        new = make(old)
        for attribute in ("__doc__", "__name__", "__qualname__", "__module__"):
            setattr(new, attribute, getattr(old, attribute))
        setattr(cls, name, new)
        return new

    return deco


def _condition(threading):
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
                    lock = _real_rlock.__new__(RLock)
                    lock._r, lock._depth = Res("RLock", "threading.RLock", frame), 0
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
                raise RuntimeError("cannot wait on un-acquired lock")
            if not r.n:
                define_condition(r, self)
            place = site()
            waiter = _real_lock()
            waiter.acquire()
            self._waiters.append(waiter)
            emit(WAIT, r.n, place, op, nanos(timeout) if timeout is None or timeout > 0 else 0)
            got = ended = False
            saved = self._release_save()
            try:
                if timeout is None:
                    waiter.acquire()
                    got = True
                else:
                    got = waiter.acquire(True, timeout) if timeout > 0 else waiter.acquire(False)
                return got
            finally:
                # Whose notification came with the time-out has been notified all the same, as the queue of waiters has it.
                emit(WAIT_ENDED, r.n, place, WOKEN if got else TIMED_OUT)
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
            try:
                emit(NOTIFIED, r.n, site(), max(0, min(n, len(self._waiters))))
            except TypeError:
                pass
            return old(self, n)

        return notify


def define_condition(r, condition):
    """Tells of a condition and of its lock."""
    lock = getattr(condition, "_lock", None)
    inner = getattr(lock, "_r", None) or getattr(lock, "_clab", None)
    if type(inner) is Res:
        if not inner.n:
            inner.define(lock)
        r.extra["guard"] = inner.n
    if not r.n:
        r.define(condition)


def _event(threading):
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
            got = False
            try:
                got = old(self, timeout)
                return got
            finally:
                emit(WAIT_ENDED, r.n, place, WOKEN if got else TIMED_OUT)

        return wait


def is_throw_away(r, place):
    """Whether an object is used in the line that makes it, and has no name there."""
    line = wire.source_line(r.path, r.line) if r.path else ""
    return wire._sites.get((r.path, r.line)) == place and "Event().wait(" in line


def _semaphore(threading):
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
                got = False
                try:
                    got = old(self, blocking, timeout)
                    return got
                finally:
                    if got:
                        emit(ACQUIRED, r.n, place)
                    else:
                        emit(WAIT_ENDED, r.n, place, TIMED_OUT)

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


def _barrier(threading):
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
            how = BROKE
            try:
                old(self, timeout)
                how = WOKEN
            finally:
                if how == BROKE and timeout is not None and now() - began >= nanos(timeout):
                    how = TIMED_OUT
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


# Threads


def thread_number(thread):
    """The number of a Thread object, in this process; 0 where it is none of this process."""
    mark = getattr(thread, "_clab", None)
    return mark[1] if mark is not None and mark[0] == wire.generation else 0


def end_of(thread):
    """The end of a thread, as something to wait for: its number."""
    mark = thread._clab
    if mark[2] is None:
        with wire._defining:
            if mark[2] is None:
                mark[2] = Res("Future", "end", None, of={"thread": mark[1]}, name="end of " + str(thread._name))
    return mark[2].n or mark[2].define()


def _thread_class(threading):
    cls = threading.Thread
    _own_hook.append(threading.excepthook)
    main = threading.main_thread()
    main._clab = [wire.generation, 1, None]

    @replace(cls, "start")
    def _(old):
        def start(self):
            if wire.quiet:
                return old(self)
            try:
                n = wire.number("thread")
                role, pool = _role(self, creator(2))
                parent = threads[get_ident()]
                wire.define("thread", n=n, name=str(self._name), parent=parent, role=role, daemon=bool(self.daemon), pool=pool,
                            passive=role == "helper" and _is_passive(self) or None, idle=_does_nothing(self, cls) or None)
                self._clab = [wire.generation, n, None]
                shares(getattr(self, "_target", None) or type(self).run)
                emit(SPAWNED, 0, site(), other=n)
            except Exception as fault:
                passes_on(fault)
                return old(self)
            try:
                return old(self)
            except BaseException as error:
                if not self._started.is_set():
                    emit_of(n, ENDED, a=1, text=text(in_words(error)))
                raise

        return start

    @replace(cls, "_bootstrap_inner")
    def _(old):
        def _bootstrap_inner(self):
            n = thread_number(self)
            if n:
                threads[get_ident()] = n
                native = _thread.get_native_id() if hasattr(_thread, "get_native_id") else 0
                emit(STARTED, 0, _first_line(self), native)
                failed = []
                _watch_errors(self, failed)
                idle = getattr(self, "_clab_pool", None)
                if idle is not None:
                    idle.began()
            try:
                return old(self)
            finally:
                if n:
                    if idle is not None:
                        idle.left()
                    if wire.at_end is not None:
                        wire.at_end(None)
                    if failed:
                        emit(ENDED, a=1, text=failed[0])
                    else:
                        emit(ENDED)
                    wire.dealt_with.pop(get_ident(), None)
                    threads.pop(get_ident(), None)

        return _bootstrap_inner

    @replace(cls, "join")
    def _(old):
        def join(self, timeout=None):
            if not thread_number(self) or self is threading.current_thread():
                return old(self, timeout)
            if not is_alive(self):
                if creator(2) is not None:
                    end_seen(self)
                return old(self, timeout)
            place, end = site(), end_of(self)
            emit(WAIT, end, place, OP_JOIN, nanos(timeout))
            try:
                return old(self, timeout)
            finally:
                emit(WAIT_ENDED, end, place, TIMED_OUT if is_alive(self) else WOKEN)

        return join

    is_alive = cls.is_alive

    def end_seen(thread):
        """The program has looked, and a thread had ended. Said once."""
        mark = thread._clab
        if len(mark) == 3:
            mark.append(True)
            emit(END_SEEN, 0, site(3), other=mark[1])

    @replace(cls, "is_alive")
    def _(old):
        def is_alive(self):
            alive = old(self)
            if not alive and self._started.is_set() and thread_number(self) and creator(2) is not None:
                end_seen(self)
            return alive

        return is_alive

    def wait_for_all():
        """The end of the main thread's work: as the library does next, on record."""
        while True:
            others = [t for t in threading.enumerate() if not t.daemon and thread_number(t) > 1 and t.is_alive()]
            if not others:
                return
            others[0].join()

    # Called last, when executors have told their workers to end.
    threading._threading_atexits.insert(0, wait_for_all)
    timer = threading.Timer

    @replace(timer, "run")
    def _(old):
        def run(self):
            emit(SLEEP, a=nanos(self.interval))
            try:
                self.finished.wait(self.interval)
            finally:
                emit(SLEEP_ENDED)
            if not self.finished.is_set():
                self.function(*self.args, **self.kwargs)
            self.finished.set()

        return run


def _role(thread, starter):
    """What a thread is there for, and the number of the pool that it is a worker of."""
    pool = None
    target = getattr(thread, "_target", None)
    if type(target) is FUNCTIONS[0]:
        from . import pools

        pool = thread._clab_pool = pools.pool_of_thread(target, thread._args)
    if pool is not None:
        return "work", pool.number()
    for code in (code_of(target), code_of(type(thread).run)):
        if code is not None and not is_library(code.co_filename):
            return "work", None
    return "work" if starter is not None else "helper", None


# Files of the library whose threads do something only where somebody hands them something.
_PASSIVE = ("multiprocessing/queues.py", "multiprocessing/pool.py", "concurrent/futures/process.py")


def _is_passive(thread):
    target = getattr(thread, "_target", None)
    codes = code_of(target), code_of(type(thread).run)
    return any(code is not None and code.co_filename.endswith(_PASSIVE) for code in codes)


def _does_nothing(thread, cls):
    """Whether nothing was handed to it that it could run."""
    return type(thread).run is cls.run and thread._target is None


def _first_line(thread):
    """The number of the line in which a thread begins, where that is one of the program's."""
    place = wire.site_of(type(thread).run)
    target = getattr(thread, "_target", None)
    return place or (wire.site_of(target) if target is not None else 0)


# What the library does with an exception that leaves a thread.
_own_hook = []


def _watch_errors(thread, failed):
    tell = getattr(thread, "_invoke_excepthook", None)
    if tell is None:
        return

    def _invoke_excepthook(who):
        import sys

        try:
            error = sys.exc_info()[1]
            if error is not None and not isinstance(error, SystemExit):
                hook = sys.modules["threading"].excepthook
                # A function of the program's own takes it.
                is_own = hook is not None and hook not in _own_hook
                failed.append(raised(error, CAUGHT, wire.site_of(hook)) if is_own else raised(error, UNHANDLED))
                hide_frames(error)
        except Exception as fault:
            passes_on(fault)
        return tell(who)

    thread._invoke_excepthook = _invoke_excepthook


def in_words(error):
    """An exception as `ValueError: bad record 3`; a message of the program's own making is not asked for."""
    name = type(error).__name__
    try:
        args = error.args
        if type(error).__str__ in (BaseException.__str__, Exception.__str__, OSError.__str__, KeyError.__str__, UnicodeError.__str__):
            if all(type(a) in (int, str, float, bool, type(None), bytes) for a in args):
                words = str(error)
                return "%s: %s" % (name, words) if words else name
    except Exception as fault:
        passes_on(fault)
    return name


_keys = {}


def exception_key(error, place):
    """(number of an exception, flags, resource, whether it is new). CPython gives the place of one that is gone to the next."""
    known = _keys.get(id(error))
    if known is not None and known[0] is type(error) and is_marked(error, known[4]):
        names, where, thread = known[1:4]
        # One of a task may go on in any thread.
        if (not where or where == place) and (names[1] or thread == get_ident()):
            return names + (False,)
    c = (wire.pid << 24) + (wire.number("exception") & 0xFFFFFF)
    remember(error, (c, 0, 0), place)
    return c, 0, 0, True


def remember(error, names, place):
    """Keeps by which name an exception goes, and where it was raised. Not in the exception: that would travel with it."""
    if len(_keys) > 256:
        _keys.clear()
    _keys[id(error)] = (type(error), names, place, get_ident(), mark_of(error))


_args_of = BaseException.__dict__["args"].__get__
_PLAIN = frozenset((str, int, float, bool, type(None)))


def mark_of(error):
    """What one exception has and no other, as long as it is kept: a weak reference, or its arguments, where keeping them keeps nothing
    else."""
    try:
        return wire._ref(error)
    except TypeError:
        args = _args_of(error)
        return args if args and all(type(given) in _PLAIN for given in args) else None


def is_marked(error, mark):
    """Whether a mark is that of this exception."""
    return mark() is error if type(mark) is wire._ref else mark is mark_of(error)


def raise_place(error):
    """The number of the line of the program in which an exception was raised."""
    trace, place = error.__traceback__, 0
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if not is_library(path):
            place = _line(path, trace.tb_lineno, trace.tb_frame)
        trace = trace.tb_next
    return place or 0


def _line(path, line, frame):
    """The number of a line of the program."""
    place = wire._sites.get((path, line))
    if place is None:
        place = wire._sites[path, line] = wire.number("site")
        wire.define("site", n=place, file=path, line=line or 0, func=frame.f_code.co_name)
    return place


def raised_on(error):
    """Where the program caught an exception, did something about it, and raised it on: the line of the `except`, that of the
    `raise`, and whether others may have learned of it there. `None` where it did not."""
    try:
        trace = _traceback_of(error)
        while trace is not None:
            frame = trace.tb_frame
            path = frame.f_code.co_filename
            if not is_library(path):
                lines = wire.source_lines(path)
                found = _handler(lines, trace.tb_lineno - 1, type(error), frame.f_globals)
                if found is not None and found[2]:
                    return _line(path, found[0] + 1, frame), _line(path, found[1] + 1, frame), found[3]
            trace = trace.tb_next
    except Exception as fault:
        passes_on(fault)
    return None


def _indent(line):
    return len(line) - len(line.lstrip())


def _handler(lines, at, kind, names):
    """The `except` around line `at` that catches a kind of exception and raises: its line, that of the `raise`, whether it does
    more, and whether others may learn of the exception by that."""
    depth = _indent(lines[at])
    for i in range(at - 1, -1, -1):
        head = lines[i].strip()
        if not head or head[0] == "#" or _indent(lines[i]) >= depth:
            continue
        depth = _indent(lines[i])
        if head.split("#")[0].strip() != "try:":
            if head.startswith(("def ", "async def ", "class ")) and depth < _indent(lines[at]):
                return None
            continue
        catches, raises, more, tells = None, None, False, False
        for j in range(at + 1, len(lines)):
            words = lines[j].strip()
            if not words or words[0] == "#":
                continue
            if _indent(lines[j]) <= depth:
                # Of several the first that catches it counts.
                if catches is not None or not words.startswith("except"):
                    break
                catches = j if _catches(words[6:], kind, names) else None
                name = words.split("#")[0].rpartition(" as ")[2].strip(" :") if " as " in words else ""
            elif catches is not None:
                if words.split(None, 1)[0] == "raise":
                    raises = j
                else:
                    more, tells = True, tells or _tells(words, name)
        if catches is not None and raises is not None:
            return catches, raises, more, tells
    return None


# What only a person reads.
_PRINTS = frozenset(("print", "log", "logger", "logging", "traceback", "warnings", "stderr", "stdout", "_log", "_logger"))
# Calls by which others learn of something.
_CALLS = (".set(", ".put(", ".put_nowait(", ".append(", ".add(", ".send(", ".notify(", ".notify_all(", ".abort(", ".release(")


def _tells(words, name):
    """Whether a statement of an `except` may tell others of the exception called so: it keeps it, hands it to somebody, or sets
    something that they look at. A log is no such thing."""
    called = [part for part in words.partition("(")[0].split(".") if part not in ("self", "sys")]
    if called[:1] and called[0] in _PRINTS:
        return False
    head, equals, rest = words.partition("=")
    is_kept = bool(equals) and rest[:1] != "=" and head[-1:] not in "!<>" and "(" not in head
    names = "".join([ch if ch.isalnum() or ch == "_" else " " for ch in words]).split()
    return is_kept or any(call in words for call in _CALLS) or name in names or "exc_info" in words


def _block(lines, at, here):
    """The line of the `except` that line `here` is in, where that is one of a `try` around line `at`; -1 where there is none."""
    depth = _indent(lines[here]) + (lines[here].strip().startswith(("except ", "except:")))
    for i in range(here, -1, -1):
        words = lines[i].strip()
        if not words or words[0] == "#" or _indent(lines[i]) >= depth:
            continue
        depth = _indent(lines[i])
        if words.startswith(("except ", "except:", "except(", "except*")):
            for j in range(i - 1, -1, -1):
                head = lines[j].split("#")[0].strip()
                if head == "try:" and _indent(lines[j]) == depth:
                    if j < at < i:
                        return i
                    break
        elif words.startswith(("def ", "async def ", "class ")):
            break
    return -1


# Of an exception, the line that it came from and the one that deals with it: what that is.
_blocks = {}
_traceback_of = BaseException.__dict__["__traceback__"].__get__
_cause_of = BaseException.__dict__["__cause__"].__get__
# By those something says what it has, and nothing is wrong.
_no_errors = (StopIteration, StopAsyncIteration)


def _dealing(frame, trace, kind):
    """What the program does about an exception where it is now, in this frame: the place of the `except` that it is in, 0 where that
    is none, and whether that one raises."""
    path = frame.f_code.co_filename
    key = path, trace.tb_lineno, frame.f_lineno, kind
    known = _blocks.get(key)
    if known is None:
        known = 0, False
        lines = wire.source_lines(path)
        at, here = trace.tb_lineno - 1, frame.f_lineno - 1
        if 0 <= at < len(lines) and 0 <= here < len(lines):
            block = _block(lines, at, here)
            if block >= 0:
                raises = _handler(lines, at, kind, frame.f_globals)
                known = _line(path, block + 1, frame), raises is not None and raises[0] == block
        if len(_blocks) > 4096:
            _blocks.clear()
        _blocks[key] = known
    return known


def look_at_error(error, at):
    """A thread does something on record, now or `at`, while it deals with an exception: one that goes on, or is caught and may be
    raised on, is on record from then on."""
    kind, me = type(error), get_ident()
    if not issubclass(kind, Exception) or issubclass(kind, _no_errors) or me in wire.of_pools:
        return
    trace = _traceback_of(error)
    if trace is None or is_library(trace.tb_frame.f_code.co_filename):
        return
    block, raises = _dealing(trace.tb_frame, trace, kind)
    known = wire.dealt_with.get(me)
    same = known is not None and known[0] == id(error) and is_marked(error, known[3])
    goes_on = wire.on_its_way.get(me)
    goes_on = goes_on is not None and goes_on[0] == id(error)
    if same and known[1] == block or block and not raises and not same and not goes_on:
        return
    place = raise_place(error)
    c, flags, res, new = exception_key(error, place)
    wire.dealt_with[me] = id(error), block, c, mark_of(error)
    if new or same and known[1]:
        emit(RAISED, res, place, text=text(in_words(error)), flags=flags, c=c, at=at)
    if block:
        wire.on_its_way.pop(me, None)
        emit(CAUGHT, res, block, flags=flags, c=c, at=at)
    elif not goes_on:
        wire.on_its_way[me] = id(error), res, c


wire.look_at_error = look_at_error


def _catches(words, kind, names):
    """Whether the head of an `except` has a class of exceptions in it that a kind is of, or one that cannot be told."""
    words = words.split(" as ")[0].split("#")[0].strip(" (:)")
    above = [c.__name__ for c in kind.__mro__]
    for name in words.split(",") if words else ("BaseException",):
        name = name.strip().rsplit(".", 1)[-1]
        known = names.get(name)
        if known is None:
            known = getattr(builtins, name, None)
        if name in above or not issubclass(type(known), type):
            return bool(name)
    return False


def raised(error, then, there=0):
    """Records that an exception was raised, unless that is on record, and what came of it, `there` if that is known. Its text."""
    words = text(in_words(error))
    place = raise_place(error)
    _tell_causes(error)
    c, flags, res, new = exception_key(error, place)
    seen = wire.dealt_with.pop(get_ident(), None)
    seen = seen is not None and seen[0] == id(error) and seen[2] == c
    goes_on = _goes_on(error)
    if new:
        emit(RAISED, res, place, text=words, flags=flags, c=c)
    again = raised_on(error) if then == UNHANDLED else None
    # Of whom others have learned is not as if it were new.
    is_told = c in _handed
    if again is not None:
        if new or goes_on:
            emit(CAUGHT, res, again[0], flags=flags, c=c)
        if not (is_told or again[2]):
            emit(RAISED, res, again[1], text=words, flags=flags, c=c)
    elif not (new or flags or is_told or seen and goes_on):
        # It was put somewhere, and so had been caught.
        emit(RAISED, res, place, text=words, flags=flags, c=c)
    emit(then, res, there or place, flags=flags, c=c)
    _keys.pop(id(error), None)
    _handed.discard(c)
    return words


# Exceptions that were put where others may take them.
_handed = set()


def _tell_causes(error):
    """Those that were caught, and another one raised instead."""
    try:
        for _ in range(8):
            # An exception of the program's may say of itself that it is nothing.
            cause = _cause_of(error)
            error = cause if cause is not None else wire._context_of(error)
            trace = _traceback_of(error) if error is not None else None
            if trace is None or not issubclass(type(error), Exception):
                return
            place = raise_place(error)
            known = _keys.get(id(error))
            frame = trace.tb_frame
            path = frame.f_code.co_filename
            if known is not None and known[0] is type(error) and known[2] == place or is_library(path):
                continue
            found = _handler(wire.source_lines(path), trace.tb_lineno - 1, type(error), frame.f_globals)
            if found is not None:
                c, flags, res, _ = exception_key(error, place)
                emit(RAISED, res, place, text=text(in_words(error)), flags=flags, c=c)
                emit(CAUGHT, res, _line(path, found[0] + 1, frame), flags=flags, c=c)
    except Exception as fault:
        passes_on(fault)


def _goes_on(error):
    """Whether this thread got an exception of which it is not known yet whether it is caught; it is now."""
    known = wire.on_its_way.get(get_ident())
    if known is None or known[0] != id(error):
        return False
    del wire.on_its_way[get_ident()]
    return True


def handed_on(value):
    """Something is put where others may take it. An exception in there was caught: whoever takes it has it next."""
    try:
        for error in _exceptions(value):
            if wire.current_error() is error:
                look_at_error(error, 0)
            place = raise_place(error)
            c, flags, res, new = exception_key(error, place)
            if new:
                emit(RAISED, res, place, text=text(in_words(error)), flags=flags, c=c)
            if new or _goes_on(error):
                emit(CAUGHT, res, site(), flags=flags, c=c)
            if len(_handed) > 256:
                _handed.clear()
            _handed.add(c)
    except Exception as fault:
        passes_on(fault)


def taken_over(value):
    """Something was taken out. An exception in there goes on in this thread."""
    try:
        for error in _exceptions(value):
            known, me = _keys.get(id(error)), get_ident()
            if known is not None and known[0] is type(error) and known[3] != me:
                c, flags, res = known[1]
                _keys[id(error)] = known[:3] + (me, known[4])
                _handed.discard(c)
                emit(PROPAGATED, res, site(), other=threads[me], flags=flags, c=c)
                wire.on_its_way[me] = (id(error), res, c)
    except Exception as fault:
        passes_on(fault)


def _exceptions(value):
    """The exceptions that something is or has in it, of those that were raised."""
    kind = type(value)
    some = (value,)
    if kind in (tuple, list, dict) and len(value) <= 4:
        some = value.values() if kind is dict else value
    return [part for part in some if issubclass(type(part), BaseException) and part.__traceback__ is not None]


# queue


def queue_(queue):
    """Takes part in the module `queue`."""
    global _no_errors
    _no_errors += (queue.Empty, queue.Full)
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
                r.state = None if fifo else []
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
                    # As the library has it: out of the method itself.
                    raise queue.Empty
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
    if _is_thinned(r):
        r.left_out += 1
    else:
        emit(FOUND_EMPTY, r.n, site(3))


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
                    if r.state is None:
                        emit(PUT, n, site(), a, text=words, flags=flags)
                    else:
                        emit(INSERTED, n, site(), a, len(r.state), words, flags=flags)
                        r.state.append(value)
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
                    if r.state is None:
                        emit(GOT, n, site(), a, text=words, flags=flags)
                    else:
                        place = next((i for i, v in enumerate(r.state) if v is value), -1)
                        if place >= 0:
                            del r.state[place]
                            emit(REMOVED, n, site(), a, place, words, flags=flags)
                    taken_over(value)
                except Exception as fault:
                    passes_on(fault)
            return value

        return _get


def _simple_queue(queue):
    real = queue.SimpleQueue

    class SimpleQueue(real, metaclass=_Factory):
        """A simple queue that records."""

        def __new__(cls, *args, **kwargs):
            frame = creator(2)
            if frame is None and cls is SimpleQueue:
                return real()
            self = real.__new__(cls, *args, **kwargs)
            if frame is not None:
                self._clab, self._order = Res("Queue", "queue.SimpleQueue", frame), _real_lock()
            return self

        def put(self, item, block=True, timeout=None):
            r = getattr(self, "_clab", None)
            if r is None:
                return real.put(self, item, block, timeout)
            handed_on(item)
            flags, a, words = wire.item(item)
            n = r.n or r.define(self)
            place = site()
            with self._order:
                at = now()
                real.put(self, item, block, timeout)
                emit(PUT, n, place, a, text=words, flags=flags, at=at)

        def get(self, block=True, timeout=None):
            r = getattr(self, "_clab", None)
            if r is None:
                return real.get(self, block, timeout)
            n = r.n or r.define(self)
            place, waited = site(), False
            if block and real.empty(self):
                emit(WAIT, n, place, OP_GET, nanos(timeout))
                waited, how = True, TIMED_OUT
            try:
                value = real.get(self, block, timeout)
                how = WOKEN
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
