"""multiprocessing: processes, and what they share.

What several processes know goes by something of the system's, the inode of a pipe or the name of a semaphore, so that
nothing of the recorder's has to travel with an object.
"""
import _socket
import os
import stat
import sys
from _collections import deque
from _thread import get_ident
from time import monotonic_ns as now

from . import around, calls, wire
from .sync import _is_thinned, handed_on, nanos, raised, replace
from .wire import (
    ACQUIRED, AT, CHANGED, CLEARED, COPIED, END_SEEN, GOT, ITEM_DONE, NOTIFIED, OP_ACQUIRE, OP_GET, OP_JOIN, OP_PUT, OP_RESULT, OP_WAIT, PROCESS,
    PUT, READ, REFUSED, RELEASED, SET, SLOT, SPAWNED, CHILD_ENDED, TIMED_OUT, UNHANDLED, WAIT, WAIT_ENDED, WOKEN, Res, creator, emit,
    is_library, item, passes_on, plain_item, short, site,
)

select = wire.of_library("select")

# Files that only pass a wish on.
_CONTEXT = ("multiprocessing/context.py",)
_CTYPES = ("multiprocessing/context.py", "multiprocessing/sharedctypes.py")
_MANAGERS = ("multiprocessing/managers.py", "multiprocessing/context.py")


def context_(module):
    """The default start method, if one is wished."""
    method = os.environ.get("CONCURRENCY_LAB_START_METHOD")
    contexts = getattr(module, "_concrete_contexts", {})
    if method in contexts:
        module._default_context._default_context = contexts[method]


# Processes


def end_of(process):
    """The end of a process, as something to wait for: its number."""
    mark = process.__dict__.get("_clab")
    if mark is None or mark[0] != wire.generation:
        res = Res("Future", "end", None, of={"pid": process._popen.pid}, name="end of " + str(process._name))
        mark = process.__dict__["_clab"] = (wire.generation, res)
    return mark[1].n or mark[1].define()


def process_(module):
    """Takes part in multiprocessing.process."""
    cls = module.BaseProcess

    @replace(cls, "start")
    def _(old):
        def start(self):
            at, place = now(), site()
            around.shares(getattr(self, "_target", None) or type(self).run)
            wire.starting[get_ident()] = _as_child(self)
            try:
                old(self)
                try:
                    if self._popen.method != "fork":
                        wire.started(self._popen.pid)
                except Exception as fault:
                    passes_on(fault)
            finally:
                wire.starting.pop(get_ident(), None)
            try:
                if self._popen.method != "fork":
                    emit(SPAWNED, 0, place, self._popen.pid, flags=PROCESS, at=at)
            except Exception as fault:
                passes_on(fault)

        return start

    @replace(cls, "_bootstrap")
    def _(old):
        def _bootstrap(self, *args, **kwargs):
            try:
                _describe(self)
                around.shares(getattr(self, "_target", None) or type(self).run)
            except Exception as fault:
                passes_on(fault)
            _failed.clear()
            if _RUN_IS_LAST:
                _watch_run(self)
            code = old(self, *args, **kwargs)
            settle_copies(None)
            try:
                if _failed and code == 1:
                    around.outcome.append((1, {"text": _failed[0]}))
                elif code:
                    around.outcome.append((2, {"b": int(code)}))
                else:
                    around.outcome.append((0, {}))
            except Exception as fault:
                passes_on(fault)
            return code

        return _bootstrap

    @replace(cls, "join")
    def _(old):
        def join(self, timeout=None):
            popen = getattr(self, "_popen", None)
            if popen is None or self._parent_pid != os.getpid():
                return old(self, timeout)
            try:
                # Has it ended? Then nobody waits.
                if popen.poll() is not None:
                    if creator(2) is not None:
                        _end_seen(self)
                    return old(self, timeout)
                place, end = site(), end_of(self)
            except Exception as fault:
                passes_on(fault)
                return old(self, timeout)
            emit(WAIT, end, place, OP_JOIN, nanos(timeout))
            try:
                return old(self, timeout)
            finally:
                emit(WAIT_ENDED, end, place, TIMED_OUT if popen.returncode is None else WOKEN)

        return join

    for name, number in (("terminate", 15), ("kill", 9)):
        _ends(cls, name, number)
    plain = cls.exitcode

    def exitcode(self):
        code = plain.fget(self)
        if code is not None and creator(2) is not None:
            _end_seen(self, 1)
        return code

    cls.exitcode = property(exitcode, doc=plain.__doc__)

    @replace(cls, "is_alive")
    def _(old):
        def is_alive(self):
            alive = old(self)
            if not alive and creator(2) is not None and self is not module._current_process:
                _end_seen(self)
            return alive

        return is_alive


# Files of pools, which end their workers by a signal.
_POOLS = ("multiprocessing/pool.py", "concurrent/futures/process.py")


def _as_child(process):
    """What is told of a process by whoever starts it: it may be ended before it could say so itself."""
    told = {}
    try:
        told.update(name=str(process._name), daemon=bool(process._config.get("daemon")))
        function = process._target
        if type(function) is wire.FUNCTIONS[0] and function.__name__ in ("worker", "_process_worker"):
            if function.__module__ in ("multiprocessing.pool", "concurrent.futures.process"):
                queue = process._args[0]
                told["pool"] = "pool:%d" % os.fstat(queue._reader._handle).st_ino
    except Exception as fault:
        passes_on(fault)
    return told


def _is_gone(pid):
    """Whether it has ended already, and not by what is sent to it now: an executor that breaks ends those that are dead, too."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except (AttributeError, OSError):
        return False


def _ends(cls, name, number):
    @replace(cls, name)
    def _(old):
        def end(self):
            try:
                by_pool = sys._getframe(1).f_code.co_filename.endswith(_POOLS)
                if by_pool and self._popen is not None and self._popen.returncode is None and not _is_gone(self._popen.pid):
                    wire.define("child", pid=self._popen.pid, dismissed=number)
            except Exception as fault:
                passes_on(fault)
            return old(self)

        return end


def _end_seen(process, how=0):
    """The program has looked, and a process had ended; `how`: it was told how. Said once."""
    try:
        if process._popen is not None and process.__dict__.get("_clab_seen", -1) < how:
            process.__dict__["_clab_seen"] = how
            emit(END_SEEN, 0, site(3), process._popen.pid, how, flags=PROCESS)
    except Exception as fault:
        passes_on(fault)


_failed = []
# Since then the end of a child's run calls nothing of the library's that could be watched.
_RUN_IS_LAST = sys.version_info >= (3, 13)


def _watch_run(process):
    run = process.run

    def watched():
        try:
            return run()
        except BaseException as error:
            _failed_with(error)
            raise

    process.run = watched


def _failed_with(error):
    try:
        if error is not None and not isinstance(error, (SystemExit, GeneratorExit)):
            _failed.append(raised(error, UNHANDLED))
            around.hide_frames(error)
    except Exception as fault:
        passes_on(fault)


def _describe(process):
    target = getattr(process, "_target", None)
    role, passive = "work", None
    code = getattr(type(process).run, "__code__", None)
    if code is None or is_library(code.co_filename):
        target = wire.within(target)
        code = wire.code_of(target)
        worker = code is not None and target.__name__ in ("worker", "_process_worker")
        if code is not None and not worker and is_library(code.co_filename):
            role = "helper"
            passive = code.co_filename.endswith("multiprocessing/managers.py") or None
    idle = target is None and getattr(type(process).run, "__module__", "") == "multiprocessing.process" or None
    wire.quiet = role == "helper"
    wire.define("process", pid=wire.pid, name=str(process.name), parent=process._parent_pid, role=role,
                daemon=bool(process.daemon), method=process._start_method, passive=passive, idle=idle)
    place = wire.site_of(type(process).run) or wire.site_of(getattr(process, "_target", None))
    if place:
        emit(AT, 0, place)


def util_(module):
    """Takes part in multiprocessing.util: what ends the run of a child is known there."""
    real = module._exit_function

    def _exit_function(*args, **kwargs):
        if not _RUN_IS_LAST:
            _failed_with(sys.exc_info()[1])
        return real(*args, **kwargs)

    _exit_function.__doc__, _exit_function.__module__, _exit_function.__name__ = real.__doc__, real.__module__, real.__name__
    _exit_function.__qualname__ = real.__qualname__
    module._exit_function = _exit_function


def popen_(module):
    """Takes part in the ways to start a process: what tells of its end."""
    cls = module.Popen
    if "poll" not in cls.__dict__ or cls.method == "fork":
        # os.waitpid tells.
        return

    @replace(cls, "poll")
    def _(old):
        def poll(self, *args, **kwargs):
            known = self.returncode is not None
            code = old(self, *args, **kwargs)
            if not known and code is not None:
                emit(CHILD_ENDED, 0, site(), self.pid, int(code))
            return code

        return poll


# Locks of the system


def _mark_semlock(self, r):
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
        if take(False):
            if r.kind == "RLock" and semlock._count() > 1:
                if not r.held:
                    emit(ACQUIRED, r.n, site(), 1)
            elif not _is_thinned(r):
                emit(ACQUIRED, r.n, site(), 1)
            else:
                r.left_out += 1
                r.held.append(0)
            return True
        if not block:
            return False
        place = site()
        emit(WAIT, r.n, place, OP_ACQUIRE, nanos(timeout))
        got = False
        try:
            got = take(block, timeout)
        finally:
            if got:
                emit(ACQUIRED, r.n, place)
            else:
                emit(WAIT_ENDED, r.n, place, TIMED_OUT)
        return got

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


def _semlock_res(self, kind, cls, frame, **extra):
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
                _mark_semlock(self, _semlock_res(self, _KINDS[name], "multiprocessing." + name, None))

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
            frame = creator(2, _CONTEXT)
            if frame is not None:
                extra = {}
                if kind == "Semaphore":
                    extra = {"capacity": self._semlock._get_value(), "bounded": name == "BoundedSemaphore" or None}
                _mark_semlock(self, _semlock_res(self, kind, "multiprocessing." + name, frame, **extra))

        return __init__

    replace(cls, "__init__")(make)


def _condition(cls):
    def is_own(self):
        return self.__dict__.get("_clab")

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, lock=None, *, ctx):
            old(self, lock, ctx=ctx)
            frame = creator(2, _CONTEXT)
            if frame is not None:
                r = Res("Condition", "multiprocessing.Condition", frame, shared=True, uid=_uid_of(self._wait_semaphore, "cond"))
                if lock is None:
                    inner = _semlock_res(self._lock, "RLock", "multiprocessing.RLock", frame)
                    inner.state = r
                    _mark_semlock(self._lock, inner)
                    self._make_methods()
                self._clab = r

        return __init__

    @replace(cls, "__setstate__")
    def _(old):
        def __setstate__(self, state):
            old(self, state)
            for part in state[1:]:
                _mark_semlock(part, None)
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
            got = False
            try:
                got = self._wait_semaphore.acquire(True, timeout)
                return got
            finally:
                emit(WAIT_ENDED, n, place, WOKEN if got else TIMED_OUT)
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


def _hide(*parts):
    """The parts that something is made of are none of the program's."""
    for part in parts:
        if "_semlock" in part.__dict__:
            if part.__dict__.get("_clab") is not None:
                _mark_semlock(part, None)
        elif part.__dict__.get("_clab") is not None or "_lock" in part.__dict__:
            part.__dict__["_clab"] = None
            if part._lock.__dict__.get("_clab") is not None:
                _mark_semlock(part._lock, None)
                part._make_methods()


def _event(cls):
    def res(self):
        """What is known of an event; one that came from another process is hidden inside first."""
        r = self.__dict__.get("_clab", 0)
        if r == 0:
            # Forked ones have it. This one was sent.
            _hide(self._flag, self._cond)
            r = self._clab = Res("Event", "multiprocessing.Event", None, shared=True, uid=_uid_of(self._flag, "event"))
        return r

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, *, ctx):
            old(self, ctx=ctx)
            frame = creator(2, _CONTEXT)
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
            got = False
            try:
                got = old(self, timeout)
                return got
            finally:
                emit(WAIT_ENDED, n, place, WOKEN if got else TIMED_OUT)

        return wait


def _barrier(cls):
    @replace(cls, "__init__")
    def _(old):
        def __init__(self, parties, action=None, timeout=None, *, ctx):
            old(self, parties, action, timeout, ctx=ctx)
            frame = creator(2, _CONTEXT)
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
                _hide(self._cond)
                self._clab = Res("Barrier", "multiprocessing.Barrier", None, capacity=self._parties, shared=True,
                                 uid=_uid_of(self._cond._wait_semaphore, "barrier"))

        return __setstate__


# Pipes and queues

_pipes = {}


def _inode(connection):
    return os.fstat(connection._handle).st_ino


def _has_address(connection):
    """Whether a connection is one of a Listener's and a Client's, of which nobody can tell where its other end is; the ends of a
    pipe have no name."""
    handle = connection._handle
    if not stat.S_ISSOCK(os.fstat(handle).st_mode):
        return False
    blocks = os.get_blocking(handle)
    end = _socket.socket(fileno=handle)
    try:
        return bool(end.getsockname() or end.getpeername())
    except OSError:
        return False
    finally:
        end.detach()
        # A default time-out of the program's would have changed that.
        os.set_blocking(handle, blocks)


def _is_full(connection, size):
    """Whether writing so many bytes will have to wait for a reader."""
    if size > 32768:
        return True
    try:
        asked = select.poll()
        asked.register(connection._handle, select.POLLOUT)
        return not asked.poll(0)
    except Exception as fault:
        passes_on(fault)
        return False


def connection_(module):
    """Takes part in multiprocessing.connection."""
    real = module.Pipe

    def Pipe(duplex=True):
        ends = real(duplex)
        try:
            frame = creator(2, _CONTEXT)
            if frame is not None:
                a, b = (str(_inode(end)) for end in ends)
                for writer, reader in ((a, b), (b, a)) if duplex else ((b, None),):
                    also = ["to:" + reader] if reader else None
                    r = Res("Pipe", "multiprocessing.Pipe", frame, uid="pipe:" + writer, shared=True, also=also)
                    _pipes["pipe:" + writer] = r
                    if reader:
                        _pipes["to:" + reader] = r
        except Exception as fault:
            passes_on(fault)
        return ends

    Pipe.__doc__, Pipe.__module__, Pipe.__qualname__ = real.__doc__, real.__module__, real.__qualname__
    module.Pipe = Pipe

    def pipe_of(self, writes):
        """What is known of the way that one end writes, or reads."""
        if creator(3) is None:
            return None
        uid = ("pipe:" if writes or not self._writable else "to:") + str(_inode(self))
        r = _pipes.get(uid)
        if r is None:
            if _has_address(self):
                wire.unseen("listener", "What a Listener and its Clients send each other is not recorded, only who waits for it.")
                r = False
            else:
                r = Res("Pipe", "multiprocessing.Pipe", None, uid=uid, shared=True)
            _pipes[uid] = r
        return r

    def sends(old, size_of):
        def send(self, obj, *args, **kwargs):
            try:
                r = pipe_of(self, True) if self._handle is not None and self._writable else None
                if r:
                    handed_on(obj)
                    flags, a, words = item(obj)
                    n, place = r.n or r.define(), site()
            except Exception as fault:
                passes_on(fault)
                r = None
            if not r:
                return old(self, obj, *args, **kwargs)
            at = now()
            full = _is_full(self, size_of(obj))
            if full:
                emit(WAIT, n, place, OP_PUT, -1, at=at)
                # Told before it is through: whoever reads it may be told of sooner.
            emit(PUT, n, place, a, text=words, flags=flags, at=at)
            try:
                return old(self, obj, *args, **kwargs)
            finally:
                if full:
                    emit(WAIT_ENDED, n, place, WOKEN)

        return send

    def receives(old):
        def recv(self, *args, **kwargs):
            try:
                r = pipe_of(self, False) if self._handle is not None and self._readable else None
                if r is not None:
                    place, waits = site(), not self._poll(0.0)
                    n = r and (r.n or r.define())
            except Exception as fault:
                passes_on(fault)
                r = None
            if not r:
                return old(self, *args, **kwargs) if r is None else calls.waits("recv", waits and place, old, self, *args, **kwargs)
            if waits:
                emit(WAIT, n, place, OP_GET, -1)
            got = False
            try:
                value = old(self, *args, **kwargs)
                got = True
            finally:
                if waits:
                    emit(WAIT_ENDED, n, place, WOKEN if got else 3)
            flags, a, words = item(value)
            emit(GOT, n, place, a, text=words, flags=flags)
            return value

        return recv

    base = module._ConnectionBase
    replace(base, "send")(lambda old: sends(old, _size))
    replace(base, "send_bytes")(lambda old: sends(old, len))
    replace(base, "recv")(receives)
    replace(base, "recv_bytes")(receives)


def _size(value):
    """About how many bytes a value takes in a pipe, where that can be seen at a glance."""
    kind = type(value)
    if kind in (str, bytes, bytearray):
        return len(value)
    if kind in (list, tuple, dict, set):
        return 3 * len(value)
    return 0


class _Buffer(deque):
    """What a queue between processes holds until its feeder thread has sent it."""

    def watched_by(self, queue, sentinel, res):
        """Begins to record."""
        self.queue, self.sentinel, self.now = queue, sentinel, (0, 0, 0)
        # What each looked like when it was put: it may be changed before it is sent.
        self.res, self.put = res, deque()

    def append(self, value):
        if value is not self.sentinel:
            try:
                handed_on(value)
                flags, a, words = looks = item(value)
                emit(PUT, self.res.n or self.res.define(), site(), a, text=words, flags=flags)
                self.put.append((value, looks))
            except Exception as fault:
                passes_on(fault)
        deque.append(self, value)

    def popleft(self):
        value = deque.popleft(self)
        if value is not self.sentinel:
            try:
                self.now = flags, a, words = item(value)
                if self.put:
                    same, looked = self.put.popleft()
                    if same is value:
                        flags, a, words = looked
                emit(GOT, self.res.n or self.res.define(), 0, a, text=words, flags=flags)
            except Exception as fault:
                passes_on(fault)
        return value


_stamps = {}


def queues_(module):
    """Takes part in multiprocessing.queues."""
    cls = module.Queue

    def watch(self, r):
        writer, reader = self._writer, self._reader
        send, receive = writer.send_bytes, reader.recv_bytes
        buffer = _Buffer()
        buffer.watched_by(r, module._sentinel, Res("Queue", r.cls, None, buffer=True, uid_of=r.uid, name=None))
        self._buffer = buffer
        buffer.res.state = None

        def send_bytes(data):
            try:
                n = r.n or r.define()
                flags, a, words = buffer.now
                full = _is_full(writer, len(data))
                emit(PUT, n, 0, a, text=words, flags=flags)
                if full:
                    emit(WAIT, n, 0, OP_PUT, -1)
            except Exception as fault:
                passes_on(fault)
                full = False
            try:
                return send(data)
            finally:
                if full:
                    emit(WAIT_ENDED, n, 0, WOKEN)

        def recv_bytes(*args):
            data = receive(*args)
            _stamps[get_ident()] = now()
            return data

        self._send_bytes, self._recv_bytes = send_bytes, recv_bytes

    def name_buffer(self, r):
        """The buffer goes by the queue's name."""
        n = r.n or r.define(self)
        res = self._buffer.res if type(self._buffer) is _Buffer else None
        if res is not None and res.name is None:
            res.name = "%s's buffer" % r.name
        return n

    def begin(self, frame):
        bound = self._maxsize if self._maxsize < 1 << 30 else None
        r = Res("Queue", "multiprocessing." + type(self).__name__, frame, uid="pipe:%d" % _inode(self._reader), capacity=bound,
                shared=True)
        self._clab = r
        watch(self, r)

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, maxsize=0, *, ctx):
            old(self, maxsize, ctx=ctx)
            try:
                frame = creator(2, _CONTEXT + ("multiprocessing/queues.py",))
                if frame is not None:
                    begin(self, frame)
            except Exception as fault:
                passes_on(fault)

        return __init__

    @replace(cls, "__setstate__")
    def _(old):
        def __setstate__(self, state):
            old(self, state)
            try:
                _hide(self._rlock, self._wlock, self._sem)
                if type(self).__module__ != "concurrent.futures.process":
                    begin(self, None)
            except Exception as fault:
                passes_on(fault)

        return __setstate__

    @replace(cls, "_reset")
    def _(old):
        def _reset(self, *args, **kwargs):
            old(self, *args, **kwargs)
            r = self.__dict__.get("_clab")
            if r is not None:
                watch(self, r)

        return _reset

    joinable = module.JoinableQueue

    @replace(joinable, "__setstate__")
    def _(old):
        def __setstate__(self, state):
            old(self, state)
            _hide(self._cond, self._unfinished_tasks)

        return __setstate__

    for kind in (cls, joinable):
        _put(module, kind, name_buffer)

    @replace(cls, "get")
    def _(old):
        def get(self, block=True, timeout=None):
            r = self.__dict__.get("_clab")
            if r is None:
                return old(self, block, timeout)
            n, place = name_buffer(self, r), site()
            try:
                value = old(self, False)
            except module.Empty:
                if not block:
                    raise
                emit(WAIT, n, place, OP_GET, nanos(timeout))
                how = TIMED_OUT
                try:
                    value = old(self, block, timeout)
                    how = WOKEN
                finally:
                    at = _stamps.pop(get_ident(), 0)
                    emit(WAIT_ENDED, n, place, how, at=at and at - 1)
            else:
                at = _stamps.pop(get_ident(), 0)
            flags, a, words = item(value)
            emit(GOT, n, place, a, text=words, flags=flags, at=at)
            return value

        return get

    @replace(joinable, "task_done")
    def _(old):
        def task_done(self):
            r = self.__dict__.get("_clab")
            if r is not None and not self._unfinished_tasks._semlock._is_zero():
                emit(ITEM_DONE, name_buffer(self, r), site())
            return old(self)

        return task_done

    @replace(joinable, "join")
    def _(old):
        def join(self):
            r = self.__dict__.get("_clab")
            if r is None or self._unfinished_tasks._semlock._is_zero():
                return old(self)
            n, place = name_buffer(self, r), site()
            emit(WAIT, n, place, OP_JOIN, -1)
            try:
                return old(self)
            finally:
                emit(WAIT_ENDED, n, place, WOKEN)

        return join

    _simple_queue(module)


def _put(module, kind, name_buffer):
    @replace(kind, "put")
    def _(old):
        def put(self, obj, block=True, timeout=None):
            r = self.__dict__.get("_clab")
            if r is None:
                return old(self, obj, block, timeout)
            n = name_buffer(self, r)
            try:
                return old(self, obj, False)
            except module.Full:
                if not block:
                    raise
            place, how = site(), TIMED_OUT
            emit(WAIT, n, place, OP_PUT, nanos(timeout))
            # What is put is on record before the wait's end is: it is put in by another hand, the buffer.
            try:
                result = old(self, obj, block, timeout)
                how = WOKEN
                return result
            finally:
                emit(WAIT_ENDED, n, place, how)

        return put


def _simple_queue(module):
    cls = module.SimpleQueue
    dumps, loads = module._ForkingPickler.dumps, module._ForkingPickler.loads

    def begin(self, frame):
        self._clab = Res("Queue", "multiprocessing.SimpleQueue", frame, uid="pipe:%d" % _inode(self._reader), shared=True)

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, *, ctx):
            old(self, ctx=ctx)
            frame = creator(2, _CONTEXT)
            self._clab = None
            if frame is not None:
                begin(self, frame)

        return __init__

    @replace(cls, "__setstate__")
    def _(old):
        def __setstate__(self, state):
            old(self, state)
            try:
                _hide(self._rlock, self._wlock)
                begin(self, None)
            except Exception as fault:
                passes_on(fault)

        return __setstate__

    @replace(cls, "put")
    def _(old):
        def put(self, obj):
            r = self.__dict__.get("_clab")
            if r is None or self._wlock is None:
                return old(self, obj)
            data = dumps(obj)
            handed_on(obj)
            flags, a, words = item(obj)
            n, place = r.n or r.define(self), site()
            with self._wlock:
                full = _is_full(self._writer, len(data))
                emit(PUT, n, place, a, text=words, flags=flags)
                if full:
                    emit(WAIT, n, place, OP_PUT, -1)
                try:
                    self._writer.send_bytes(data)
                finally:
                    if full:
                        emit(WAIT_ENDED, n, place, WOKEN)

        return put

    @replace(cls, "get")
    def _(old):
        def get(self):
            r = self.__dict__.get("_clab")
            if r is None:
                return old(self)
            n, place = r.n or r.define(self), site()
            waits = not self._rlock.acquire(False)
            if waits:
                emit(WAIT, n, place, OP_GET, -1)
                self._rlock.acquire()
            try:
                if not waits and not self._poll():
                    waits = True
                    emit(WAIT, n, place, OP_GET, -1)
                data = self._reader.recv_bytes()
                at = now()
            finally:
                self._rlock.release()
            if waits:
                emit(WAIT_ENDED, n, place, WOKEN, at=at - 1)
            value = loads(data)
            flags, a, words = item(value)
            emit(GOT, n, place, a, text=words, flags=flags, at=at)
            return value

        return get


# Values and arrays


def sharedctypes_(module):
    """Takes part in multiprocessing.sharedctypes."""
    base = module.SynchronizedBase

    @replace(base, "__init__")
    def _(old):
        def __init__(self, obj, lock=None, ctx=None):
            old(self, obj, lock, ctx)
            try:
                _mark_value(self)
            except Exception as fault:
                passes_on(fault)

        return __init__

    def attribute(kind):
        plain = kind.__dict__["value"]

        def get(self):
            r = self.__dict__.get("_clab")
            if r is None:
                return plain.fget(self)
            return _in_lock(self, lambda: _read(self, r))

        def put(self, value):
            r = self.__dict__.get("_clab")
            if r is None:
                return plain.fset(self, value)
            return _in_lock(self, lambda: _write(self, r, value))

        kind.value = property(get, put, doc=plain.__doc__)

    attribute(module.Synchronized)

    @replace(module.SynchronizedArray, "__setitem__")
    def _(old):
        def __setitem__(self, i, value):
            r = self.__dict__.get("_clab")
            if r is None:
                return old(self, i, value)
            old(self, i, value)
            try:
                place = site()
                if type(i) is int and not _is_thinned(r):
                    flags, a, words = item(value)
                    emit(SLOT, r.n or r.define(self), place, a, i % len(self._obj), words, flags=flags)
                elif type(i) is slice and len(self._obj) <= 256:
                    for j in range(*i.indices(len(self._obj))):
                        flags, a, words = item(self._obj[j])
                        emit(SLOT, r.n or r.define(self), place, a, j, words, flags=flags)
            except Exception as fault:
                passes_on(fault)

        return __setitem__


def _mark_value(self):
    frame = creator(3, _CTYPES)
    sent = frame is None and sys._getframe(3).f_code.co_filename.endswith(
        ("reduction.py", "spawn.py", "queues.py", "connection.py", "forkserver.py"))
    if frame is None and not sent:
        return
    is_array = hasattr(type(self), "__setitem__")
    if not is_array and not hasattr(type(self), "value"):
        return
    arena, start = self._obj._wrapper._state[0][:2]
    uid = "mem:%d:%d" % (os.fstat(arena.fd).st_ino, start)
    extra = {"initial": [plain_item(v) for v in (self._obj[:256] if is_array else [self._obj.value])]}
    if is_array:
        extra["capacity"] = len(self._obj)
    r = Res("Array" if is_array else "Value", "multiprocessing." + ("Array" if is_array else "Value"), frame, uid=uid,
            shared=True, **extra)
    self._clab = r
    lock = self._lock
    if "_semlock" in lock.__dict__:
        if lock.__dict__.get("_clab") is None:
            inner = _semlock_res(lock, type(lock).__name__, "multiprocessing." + type(lock).__name__, frame)
            inner.state = r
            _mark_semlock(lock, inner)
        self.acquire, self.release = lock.acquire, lock.release


def _in_lock(self, do):
    """Reads or writes under the value's own lock, which is on record only where one has to wait for it."""
    lock = getattr(self._lock, "_semlock", None)
    if lock is not None and lock.acquire(False):
        try:
            return do()
        finally:
            lock.release()
    self.acquire()
    try:
        return do()
    finally:
        self.release()


def _read(self, r):
    value = self._obj.value
    if _is_thinned(r):
        r.left_out += 1
    else:
        flags, a, words = item(value)
        emit(READ, r.n or r.define(self), site(5), a, text=words, flags=flags)
    return value


def _write(self, r, value):
    before = self._obj.value
    self._obj.value = value
    if r.thin:
        r.left_out += 1
        return
    f1, a, w1 = item(before)
    f2, b, w2 = item(self._obj.value)
    emit(CHANGED, r.n or r.define(self), site(5), a, b, w1, w2, f1 | f2 << 2)


def shared_memory_(module):
    """Takes part in multiprocessing.shared_memory."""

    @replace(module.SharedMemory, "__init__")
    def _(old):
        def __init__(self, *args, **kwargs):
            old(self, *args, **kwargs)
            if creator(2) is not None:
                wire.unseen("shared_memory", "What is written in a block of shared memory is not recorded: Python does not tell of it.")

        return __init__


# Managers

_proxies = {}
_LOCKS = ("Lock", "RLock", "Semaphore", "BoundedSemaphore")


def managers_(module):
    """Takes part in multiprocessing.managers: calls of proxies."""

    @replace(module.BaseProxy, "_callmethod")
    def _(old):
        def _callmethod(self, methodname, args=(), kwds={}):
            try:
                frame = creator(2, _MANAGERS)
                r = _proxy(self, frame) if frame is not None else None
                for given in args if r is not None else ():
                    handed_on(given)
                n = r.n or r.define(self) if r is not None else 0
            except Exception as fault:
                passes_on(fault)
                r = None
            if r is None:
                return old(self, methodname, args, kwds)
            if r.kind != "Manager":
                return _call(r, n, site(3), methodname, args, lambda: old(self, methodname, args, kwds))
            settle_copies(None if methodname in _READS else r)
            value = _call(r, n, site(3), methodname, args, lambda: old(self, methodname, args, kwds))
            if methodname in _INNER and type(value) in _CONTAINERS and not any(type(a) is slice for a in args):
                _watch_copy(r, value, frame, site(3))
            return value

        return _callmethod

    @replace(module.BaseManager, "_create")
    def _(old):
        def _create(self, typeid, *args, **kwds):
            _made[get_ident()] = creator(2, _MANAGERS), args, kwds
            return old(self, typeid, *args, **kwds)

        return _create

    @replace(module.BaseProxy, "__init__")
    def _(old):
        def __init__(self, token, *args, **kwargs):
            old(self, token, *args, **kwargs)
            frame, given, named = _made.pop(get_ident(), (None, (), {}))
            if frame is not None:
                try:
                    r = _proxy(self, frame, True)
                    if r.kind == "Semaphore":
                        # Who uses it may never have seen how many permits it has.
                        permits = given[0] if given else named.get("value", 1)
                        r.extra["capacity"] = permits if type(permits) is int else None
                        r.extra["bounded"] = r.cls.endswith("BoundedSemaphore") or None
                        r.define(self)
                except Exception as fault:
                    passes_on(fault)

        return __init__


_made = {}

# Calls of a proxy that answer with a copy of something inside.
_INNER = frozenset(("__getitem__", "get", "__getattribute__"))
_CONTAINERS = frozenset((list, dict, set))
# Calls that change nothing.
_READS = _INNER | frozenset(("__len__", "__contains__", "__iter__", "__str__", "__repr__", "keys", "values", "items", "copy", "count",
                             "index"))
# The last such copies of each thread, and what they were like.
_copies = {}
_MOST_COPIES = 8


def _looks(value):
    return list(value) if type(value) is list else short(value)


_CHANGES = ("append", "extend", "insert", "add", "update", "pop", "remove", "clear", "setdefault", "discard")


def _is_changed_at_once(words):
    """Whether a line of text changes what it gets out of something, without keeping it."""
    inner = words.partition("].")[2] or words.partition(").")[2]
    return inner.split("(")[0].strip() in _CHANGES or "][" in words and "=" in words.rpartition("]")[2].replace("==", "")


def _watch_copy(r, value, frame, place):
    # The program itself may change a copy of its own for itself; others do that for what they share.
    if len(value) > 64 or wire.is_main and not _is_changed_at_once(wire.source_line(frame.f_code.co_filename, frame.f_lineno)):
        return
    wire.at_end = settle_copies
    mine = _copies.setdefault(get_ident(), [])
    mine.append([r, value, _looks(value), place, None])
    del mine[:-_MOST_COPIES]


def settle_copies(given):
    """What this thread has changed of its copies is on record from now on, but for those of what it changes itself: they may be given
    back by that."""
    mine = _copies.pop(get_ident(), None)
    if not mine:
        return
    try:
        kept = []
        for entry in mine:
            r, value, before, place, copy = entry
            after = _looks(value)
            if r is given:
                if copy is not None:
                    emit(COPIED, copy.n, place)
                continue
            is_list = type(value) is list
            if is_list and len(before) == len(after):
                # In another order, say.
                entry[2] = after
            elif not (len(before) == len(after) and all(a is b for a, b in zip(before, after)) if is_list else before == after):
                if copy is None:
                    copy = Res("List" if is_list else "Value", "copy", None, name="copy of what is in %s" % r.name,
                               initial=[plain_item(v) for v in before] if is_list else [before])
                    copy.copy_of = r.uid
                if is_list:
                    around.changed_list(copy, before, after, 0, place)
                else:
                    f1, a, w1 = item(before)
                    f2, b, w2 = item(after)
                    emit(CHANGED, copy.n or copy.define(), place, a, b, w1, w2, f1 | f2 << 2, 1)
                entry[2], entry[4] = after, copy
            kept.append(entry)
        if kept:
            _copies[get_ident()] = kept
    except Exception as fault:
        passes_on(fault)


def _proxy(self, frame, made=False):
    token = self._token
    uid = "mgr:%s:%s" % (token.address, token.id)
    r = _proxies.get(uid)
    if r is None:
        typeid = token.typeid
        kind = {"Lock": "Lock", "RLock": "RLock", "Semaphore": "Semaphore", "BoundedSemaphore": "Semaphore", "Event": "Event",
                "Queue": "Queue", "JoinableQueue": "Queue"}.get(typeid, "Manager")
        manager = getattr(self, "_manager", None)
        process = getattr(manager, "_process", None)
        of = {"pid": process.pid} if process is not None and kind == "Manager" else None
        r = _proxies[uid] = Res(kind, "Manager." + typeid, frame if made else None, uid=uid, shared=True, of=of)
    return r


def _call(r, n, place, name, args, do):
    kind = r.kind
    if kind in ("Lock", "RLock", "Semaphore"):
        if name == "acquire":
            emit(WAIT, n, place, OP_ACQUIRE, -1)
            got = False
            try:
                got = do()
                return got
            finally:
                if got:
                    emit(ACQUIRED, n, place)
                else:
                    emit(WAIT_ENDED, n, place, TIMED_OUT)
        if name == "release" and r.cls.endswith("BoundedSemaphore"):
            at = now()
            try:
                value = do()
            except ValueError:
                emit(REFUSED, n, place, at=at)
                raise
            emit(RELEASED, n, place, at=at)
            return value
        if name == "release":
            emit(RELEASED, n, place)
        return do()
    if kind == "Queue" and name in ("put", "get", "put_nowait", "get_nowait", "task_done"):
        if name == "task_done":
            emit(ITEM_DONE, n, place)
            return do()
        puts = name.startswith("put")
        at = now()
        emit(WAIT, n, place, OP_PUT if puts else OP_GET, -1)
        how = TIMED_OUT
        try:
            value = do()
            how = WOKEN
        finally:
            if how == WOKEN and puts:
                flags, a, words = item(args[0] if args else None)
                emit(PUT, n, place, a, text=words, flags=flags, at=at + 1)
            emit(WAIT_ENDED, n, place, how)
        if not puts:
            flags, a, words = item(value)
            emit(GOT, n, place, a, text=words, flags=flags)
        return value
    if kind == "Event" and name in ("set", "clear"):
        emit(SET if name == "set" else CLEARED, n, place)
        return do()
    op = OP_WAIT if name in ("wait", "join") else OP_RESULT
    emit(WAIT, n, place, op, -1, wire.text(name))
    try:
        return do()
    finally:
        emit(WAIT_ENDED, n, place, WOKEN)
