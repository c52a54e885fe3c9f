"""multiprocessing: the processes themselves.

What several processes know goes by something of the system's, the inode of a pipe or the name of a semaphore, so that
nothing of the recorder's has to travel with an object.
"""
import os
import sys
from _thread import get_ident
from time import monotonic_ns as now

from . import around, wire
from .errors import raised
from .locks import nanos, replace
from .managers import settle_copies
from .wire import (
    AT, CHILD_ENDED, END_SEEN, INTERRUPTED, OP_JOIN, PROCESS, SPAWNED, TIMED_OUT, UNHANDLED, WAIT, WAIT_ENDED, WOKEN, Res, creator, emit,
    is_library, passes_on, site,
)

# Files that only pass a wish on.
CONTEXT = ("multiprocessing/context.py",)


def context_(module):
    """The default start method, if one is wished."""
    method = os.environ.get("CONCURRENCY_LAB_START_METHOD")
    contexts = getattr(module, "_concrete_contexts", {})
    if method in contexts:
        module._default_context._default_context = contexts[method]



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
            how = INTERRUPTED
            try:
                result = old(self, timeout)
                how = TIMED_OUT if popen.returncode is None else WOKEN
                return result
            finally:
                emit(WAIT_ENDED, end, place, how)

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
