"""Where the recorder gets in: the start of a process, and modules as they are imported."""
import os
import sys

from . import wire
from .wire import passes_on

# Module: (module of the recorder, function that gets it once it has been executed).
_WANTED = {
    "threading": ("threads", "threading_"),
    "queue": ("queues", "queue_"),
    "signal": ("signals", "signal_"),
    "traceback": ("tracebacks", "traceback_"),
    "inspect": ("tracebacks", "inspect_"),
    "copyreg": ("locks", "copyreg_"),
    "asyncio": ("around", "asyncio_"),
    "concurrent.interpreters": ("around", "interpreters_"),
    "subprocess": ("calls", "subprocess_"),
    "socket": ("calls", "socket_"),
    "multiprocessing.context": ("processes", "context_"),
    "multiprocessing.process": ("processes", "process_"),
    "multiprocessing.util": ("processes", "util_"),
    "multiprocessing.popen_fork": ("processes", "popen_"),
    "multiprocessing.popen_forkserver": ("processes", "popen_"),
    "multiprocessing.synchronize": ("semlocks", "synchronize_"),
    "multiprocessing.queues": ("pipes", "queues_"),
    "multiprocessing.connection": ("pipes", "connection_"),
    "multiprocessing.sharedctypes": ("values", "sharedctypes_"),
    "multiprocessing.shared_memory": ("values", "shared_memory_"),
    "multiprocessing.managers": ("managers", "managers_"),
    "multiprocessing.pool": ("pools", "pool_"),
    "concurrent.futures._base": ("executors", "base_"),
    "concurrent.futures.thread": ("executors", "thread_"),
    "concurrent.futures.process": ("executors", "process_"),
}


class _Finder:
    """Asks the other finders, and patches what they found once it has been executed."""

    def find_spec(self, name, path=None, target=None):
        wanted = _WANTED.get(name)
        if wanted is None:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                try:
                    _watch(spec, wanted)
                except Exception as fault:
                    passes_on(fault)
                return spec
        return None


def _watch(spec, wanted):
    # A file of the program that has the name of one of the library's stays the program's.
    if not spec.origin or not wire.is_library(spec.origin):
        wire.unseen(spec.name, "The program has a module of its own called %s; what it does is not recorded." % spec.name)
        return
    execute = spec.loader.exec_module

    def exec_module(module):
        try:
            del spec.loader.exec_module
        except AttributeError:
            pass
        execute(module)
        _patch(module, wanted)

    spec.loader.exec_module = exec_module


def _patch(module, wanted):
    try:
        part = getattr(__import__("_clab_recorder." + wanted[0], fromlist=["x"]), wanted[1])
        part(module)
    except Exception as error:
        wire.unseen(module.__name__, "%s could not be watched: %s: %s" % (module.__name__, type(error).__name__, error))


def install():
    """Hooks what is there, and what will be imported."""
    # The other parts are imported when they are wanted. None of them needs anything of the library that a file of the
    # program might hide.
    from . import around, calls

    sys.meta_path.insert(0, _Finder())
    for name, wanted in _WANTED.items():
        module = sys.modules.get(name)
        if module is not None:
            _patch(module, wanted)
    around.begin()
    calls.begin()


def _command():
    words = getattr(sys, "orig_argv", None)
    if words is None:
        # Before 3.10 the arguments are not there yet that follow `-c`.
        try:
            with open("/proc/self/cmdline", "rb") as file:
                words = file.read().decode("utf-8", "replace").split("\0")
        except OSError:
            words = list(sys.argv)
    return words


def begin_process():
    """The interpreter has started."""
    words = _command()
    server = any("multiprocessing.forkserver" in word for word in words[1:8])
    spawned = any("multiprocessing.spawn" in word for word in words[1:8])
    tables = {}
    if not spawned and not server:
        tables["argv"] = [str(word) for word in list(sys.argv)]
    role = "helper" if server else "work" if spawned else "main"
    wire.begin(parent=os.getppid(), role=role, name="forkserver" if server else None, python=sys.version.split()[0],
               cwd=os.getcwd(), passive=server or None, **tables)
    wire.emit(wire.STARTED, a=_native())
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=forked)


def forked():
    """A forked child: a process of its own from here on."""
    try:
        thread = wire.threads.get(wire.get_ident(), 1)
        wire.begin(parent=os.getppid(), parent_thread=thread, role="work", method="fork", python=sys.version.split()[0])
        from . import around, calls

        around.forked()
        calls.forked()
        wire.emit(wire.STARTED, a=_native())
    except Exception as fault:
        passes_on(fault)
        wire._ring = None


def _native():
    try:
        from _thread import get_native_id

        return get_native_id()
    except ImportError:
        return 0
