"""Pipes between processes, and the queues made of them."""
import _socket
import os
import stat
from _collections import deque
from _thread import get_ident
from time import monotonic_ns as now

from . import calls, wire
from .errors import handed_on
from .locks import nanos, replace
from .processes import CONTEXT
from .semlocks import hide
from .wire import (
    BROKE, GOT, INTERRUPTED, ITEM_DONE, OP_GET, OP_JOIN, OP_PUT, PUT, WAIT, WAIT_ENDED, WOKEN, Res, creator, emit, ended_by,
    is_interrupt, item, passes_on, site,
)

select = wire.of_library("select")
# Some libraries take it away from the module later.
_poll = getattr(select, "poll", None)

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


def _is_ready(connection, what):
    """Whether a connection can be read or written now."""
    # Made anew: one that is kept may not be asked by two threads at once.
    asked = _poll()
    asked.register(connection._handle, what)
    return bool(asked.poll(0))


def _is_full(connection, size):
    """Whether writing so many bytes will have to wait for a reader."""
    if size > 32768:
        return True
    try:
        return not _is_ready(connection, select.POLLOUT)
    except Exception as fault:
        passes_on(fault)
        return False


def _quick_poll(connection):
    """`poll` of a connection, which makes a selector each time, also where it is asked about this moment."""
    poll = connection.poll

    def quick_poll(timeout=0.0):
        if timeout == 0 and connection._handle is not None:
            return _is_ready(connection, select.POLLIN)
        return poll(timeout)

    return quick_poll if _poll is not None else poll


def connection_(module):
    """Takes part in multiprocessing.connection."""
    real = module.Pipe

    def Pipe(duplex=True):
        ends = real(duplex)
        try:
            frame = creator(2, CONTEXT)
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
            how = INTERRUPTED
            try:
                result = old(self, obj, *args, **kwargs)
                how = WOKEN
                return result
            finally:
                if full:
                    emit(WAIT_ENDED, n, place, how)

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
            how = WOKEN
            try:
                value = old(self, *args, **kwargs)
            except BaseException as error:
                how = INTERRUPTED if is_interrupt(error) else BROKE
                raise
            finally:
                if waits:
                    emit(WAIT_ENDED, n, place, how)
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
            how = INTERRUPTED
            try:
                send(data)
                how = WOKEN
            finally:
                if full:
                    emit(WAIT_ENDED, n, 0, how)

        def recv_bytes(*args):
            data = receive(*args)
            _stamps[get_ident()] = now()
            return data

        self._send_bytes, self._recv_bytes = send_bytes, recv_bytes
        self._poll = _quick_poll(reader)

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
                frame = creator(2, CONTEXT + ("multiprocessing/queues.py",))
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
                hide(self._rlock, self._wlock, self._sem)
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
            hide(self._cond, self._unfinished_tasks)

        return __setstate__

    for kind in (cls, joinable):
        _put(module, kind, name_buffer)

    @replace(cls, "get")
    def _(old):
        def get(self, block=True, timeout=None):
            r = self.__dict__.get("_clab")
            if r is None:
                return old(self, block, timeout)
            n, place, waits = name_buffer(self, r), site(), False
            try:
                value = old(self, False)
            except module.Empty:
                if not block:
                    raise
                # What comes of the wait comes of nothing else.
                waits = True
            if waits:
                emit(WAIT, n, place, OP_GET, nanos(timeout))
                how = WOKEN
                try:
                    value = old(self, block, timeout)
                except BaseException as error:
                    how = ended_by(error, module.Empty)
                    raise
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
            how = INTERRUPTED
            try:
                old(self)
                how = WOKEN
            finally:
                emit(WAIT_ENDED, n, place, how)

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
            place, how = site(), WOKEN
            emit(WAIT, n, place, OP_PUT, nanos(timeout))
            # What is put is on record before the wait's end is: it is put in by another hand, the buffer.
            try:
                return old(self, obj, block, timeout)
            except BaseException as error:
                how = ended_by(error, module.Full)
                raise
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
            frame = creator(2, CONTEXT)
            self._clab = None
            if frame is not None:
                begin(self, frame)

        return __init__

    @replace(cls, "__setstate__")
    def _(old):
        def __setstate__(self, state):
            old(self, state)
            try:
                hide(self._rlock, self._wlock)
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
                how = INTERRUPTED
                try:
                    self._writer.send_bytes(data)
                    how = WOKEN
                finally:
                    if full:
                        emit(WAIT_ENDED, n, place, how)

        return put

    @replace(cls, "get")
    def _(old):
        def get(self):
            r = self.__dict__.get("_clab")
            if r is None:
                return old(self)
            n, place = r.n or r.define(self), site()
            waits, how, at = not self._rlock.acquire(False), INTERRUPTED, 0
            try:
                if waits:
                    emit(WAIT, n, place, OP_GET, -1)
                    self._rlock.acquire()
                try:
                    if not waits and not self._poll():
                        waits = True
                        emit(WAIT, n, place, OP_GET, -1)
                    data = self._reader.recv_bytes()
                    at, how = now(), WOKEN
                finally:
                    self._rlock.release()
            finally:
                if waits:
                    emit(WAIT_ENDED, n, place, how, at=at and at - 1)
            value = loads(data)
            flags, a, words = item(value)
            emit(GOT, n, place, a, text=words, flags=flags, at=at)
            return value

        return get
