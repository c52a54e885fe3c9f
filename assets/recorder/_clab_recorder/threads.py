"""The module `threading` as a whole, and its threads."""
import _thread
from _thread import get_ident

from . import wire
from .around import shares
from .conditions import watch_barrier, watch_condition, watch_event, watch_semaphore
from .ends import end_of, has_ended, main_leaves, thread_number, waited_for_main, waits_for_main
from .errors import in_words, own_hook, watch_errors
from .locks import Lock, nanos, replace
from .rlocks import RLock
from .wire import (
    ENDED, END_SEEN, FUNCTIONS, INTERRUPTED, OP_JOIN, SLEEP, SLEEP_ENDED, SPAWNED, STARTED, TIMED_OUT, WAIT, WAIT_ENDED, WOKEN,
    attributes, code_of, creator, emit, emit_of, is_library, mark_of, passes_on, site, text, threads,
)


def threading_(threading):
    """Takes part in the module `threading`."""
    threading.Lock = Lock
    threading.RLock = RLock
    watch_condition(threading)
    watch_event(threading)
    watch_semaphore(threading)
    watch_barrier(threading)
    _thread_class(threading)


def _thread_class(threading):
    cls = threading.Thread
    own_hook.append(threading.excepthook)
    main = threading.main_thread()
    attributes(main)["_clab"] = [wire.generation, 1, None]

    @replace(cls, "start")
    def _(old):
        def start(self):
            # What the library refuses is not told of.
            started = mark_of(self, "_started")
            if wire.quiet or not mark_of(self, "_initialized") or type(started) is not threading.Event or started.is_set():
                return old(self)
            n = 0
            try:
                n = wire.number("thread")
                role, pool = _role(self, creator(2))
                parent = threads[get_ident()]
                wire.define("thread", n=n, name=str(mark_of(self, "_name")), parent=parent, role=role,
                            daemon=bool(mark_of(self, "_daemonic")), pool=pool,
                            passive=role == "helper" and _is_passive(self) or None, idle=_does_nothing(self, cls) or None)
                attributes(self)["_clab"] = [wire.generation, n, None]
                shares(mark_of(self, "_target") or type(self).run)
                emit(SPAWNED, 0, site(), other=n)
            except Exception as fault:
                passes_on(fault)
            try:
                return old(self)
            except BaseException as error:
                if n and not self._started.is_set():
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
                watch_errors(self, failed)
                idle = mark_of(self, "_clab_pool")
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
                    has_ended(n)
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
            is_main = self is threading.main_thread()
            if is_main:
                waits_for_main()
            emit(WAIT, end, place, OP_JOIN, nanos(timeout))
            how = INTERRUPTED
            try:
                result = old(self, timeout)
                how = TIMED_OUT if is_alive(self) else WOKEN
                return result
            finally:
                emit(WAIT_ENDED, end, place, how)
                if is_main:
                    waited_for_main()

        return join

    is_alive = cls.is_alive

    def end_seen(thread):
        """The program has looked, and a thread had ended. Said once."""
        mark = mark_of(thread)
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

    # Called last, when executors have told their workers to end.
    threading._threading_atexits.insert(0, main_leaves)
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
    target = mark_of(thread, "_target")
    if type(target) is FUNCTIONS[0]:
        from . import pools

        pool = attributes(thread)["_clab_pool"] = pools.pool_of_thread(target, thread._args)
    if pool is not None:
        return "work", pool.number()
    for code in (code_of(target), code_of(type(thread).run)):
        if code is not None and not is_library(code.co_filename):
            return "work", None
    return "work" if starter is not None else "helper", None


# Files of the library whose threads do something only where somebody hands them something.
_PASSIVE = ("multiprocessing/queues.py", "multiprocessing/pool.py", "concurrent/futures/process.py")


def _is_passive(thread):
    target = mark_of(thread, "_target")
    codes = code_of(target), code_of(type(thread).run)
    return any(code is not None and code.co_filename.endswith(_PASSIVE) for code in codes)


def _does_nothing(thread, cls):
    """Whether nothing was handed to it that it could run."""
    return type(thread).run is cls.run and mark_of(thread, "_target") is None


def _first_line(thread):
    """The number of the line in which a thread begins, where that is one of the program's."""
    place = wire.site_of(type(thread).run)
    target = mark_of(thread, "_target")
    return place or (wire.site_of(target) if target is not None else 0)
