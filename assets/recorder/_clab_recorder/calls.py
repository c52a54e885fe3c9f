"""Calls that may wait for something outside the program: input, other programs, the network."""
import builtins
import os
from _thread import get_ident
from time import monotonic_ns as now

from . import wire
from .builtin import stands_for
from .wire import IO, IO_ENDED, PROCESS, SPAWNED, emit, passes_on, site, text

# Threads in such a call: what it calls in its turn is part of it.
_inside = set()


def waits(what, place, call, /, *args, **kwargs):
    """Makes a call that may wait, on record."""
    me = get_ident()
    if not place or me in _inside:
        return call(*args, **kwargs)
    _inside.add(me)
    emit(IO, 0, place, text=text(what))
    try:
        return call(*args, **kwargs)
    finally:
        _inside.discard(me)
        emit(IO_ENDED, 0, place)


def begin():
    """Hooks what is there from the start."""
    real = builtins.input

    def input(*args, **kwargs):
        return waits("input", site(), real, *args, **kwargs)

    builtins.input = stands_for(real, input)


def forked():
    """A forked child begins, with one thread."""
    _inside.clear()


def subprocess_(module):
    """Takes part in subprocess: waits for other programs, and for what they print."""
    cls = module.Popen
    begin = cls.__init__

    def __init__(self, *args, **kwargs):
        at, place = now(), site()
        begin(self, *args, **kwargs)
        try:
            if place:
                wire.define("program", pid=self.pid, name=program(self))
                emit(SPAWNED, 0, place, self.pid, flags=PROCESS, at=at)
        except Exception as fault:
            passes_on(fault)

    __init__.__doc__, __init__.__module__, __init__.__qualname__ = begin.__doc__, begin.__module__, begin.__qualname__
    __init__.__wrapped__ = begin
    cls.__init__ = __init__

    def program(process):
        args = process.args
        first = args if isinstance(args, (str, bytes)) else next(iter(args), "") if isinstance(args, (list, tuple)) else ""
        words = os.fsdecode(first).split()[:1] if isinstance(first, (str, bytes, os.PathLike)) else []
        return os.path.basename(words[0]) if words else "a program"

    def make(name):
        old = getattr(cls, name)

        def method(self, *args, **kwargs):
            if self.returncode is not None and name == "wait":
                return old(self, *args, **kwargs)
            try:
                what, place = "the end of " + program(self), site()
            except Exception as fault:
                passes_on(fault)
                what, place = "", 0
            return waits(what, place, old, self, *args, **kwargs)

        method.__doc__, method.__module__, method.__name__, method.__qualname__ = old.__doc__, old.__module__, name, old.__qualname__
        method.__wrapped__ = old
        setattr(cls, name, method)

    make("wait")
    make("communicate")


def socket_(module):
    """Takes part in socket: waits for the other side."""
    # Since 3.14 the module itself does without it until it is asked to send a file.
    cls, select = module.socket, wire.of_library("select")

    def is_ready(fd, events):
        asked = select.poll()
        asked.register(fd, events)
        return bool(asked.poll(0))

    def make(name, events):
        old = getattr(cls, name)

        def method(self, *args, **kwargs):
            try:
                # Where there is something, or nobody would wait, nothing is said.
                quick = self.gettimeout() == 0 or events and is_ready(self.fileno(), events)
                place = 0 if quick else site()
            except Exception as fault:
                passes_on(fault)
                place = 0
            return waits(name, place, old, self, *args, **kwargs)

        method.__doc__, method.__module__, method.__name__, method.__qualname__ = old.__doc__, "socket", name, "socket." + name
        setattr(cls, name, method)

    for name in ("recv", "recv_into", "recvfrom", "recvfrom_into", "accept"):
        make(name, select.POLLIN if select is not None else 0)
    make("connect", 0)
