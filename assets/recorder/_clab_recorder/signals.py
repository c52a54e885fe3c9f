"""Signals: handlers of the program, and alarms, which are sure to come."""
from time import monotonic_ns as now

from . import wire
from .builtin import stands_for
from .calls import waits
from .handlers import interrupts, original, stand_in
from .wire import ALARM, SIGNAL_HANDLED, emit, passes_on, site

# Those for which the program has a handler of its own.
_handled = set()


def forked():
    """A forked child begins: it has its parent's handlers."""
    if _handled:
        wire.define("process", handles=True)


def _handles(number, handles):
    """Whoever waits in the main thread of a process with a handler may be let go on by a signal from outside."""
    try:
        before = bool(_handled)
        (_handled.add if handles else _handled.discard)(int(number))
        if bool(_handled) != before:
            wire.define("process", handles=bool(_handled))
    except Exception as fault:
        passes_on(fault)


def signal_(module):
    """Takes part in the module `signal`."""
    real_signal, real_get = module.signal, module.getsignal
    numbers = int, type(module.SIG_IGN)

    def signal(signalnum, handler):
        given = handler
        is_programs = callable(handler) and handler is not module.default_int_handler and not isinstance(handler, int)
        if is_programs:
            given = stand_in(handler, tell_handled)
        elif handler is module.default_int_handler:
            given = interrupts
        before = real_signal(signalnum, given)
        _handles(signalnum, is_programs)
        ignored = any(type(one) in numbers and one == module.SIG_IGN for one in (handler, before))
        if ignored and signalnum == getattr(module, "SIGALRM", None):
            tell_alarm(now(), site())
        return original(before)

    def getsignal(signalnum):
        return original(real_get(signalnum))

    def tell_handled(number):
        emit(SIGNAL_HANDLED, 0, site(3), int(number))

    def tell_alarm(at, place):
        try:
            after, every = module.getitimer(module.ITIMER_REAL)
            if real_get(module.SIGALRM) == module.SIG_IGN:
                # It comes, and nothing comes of it.
                after = every = 0
            emit(ALARM, 0, place, int(after * 1e9), int(every * 1e9), at=at)
        except Exception as fault:
            passes_on(fault)

    def hook(name):
        real = getattr(module, name, None)
        if real is None:
            return

        def set_alarm(*args, **kwargs):
            at, place = now(), site()
            before = real(*args, **kwargs)
            # Another timer runs with the program's own work, and stands where that does.
            if name == "alarm" or args[:1] == (module.ITIMER_REAL,):
                tell_alarm(at, place)
            return before

        setattr(module, name, stands_for(real, set_alarm))

    def hook_wait(name):
        real = getattr(module, name, None)
        if real is None:
            return

        def wait(*args, **kwargs):
            return waits("a signal", site(), real, *args, **kwargs)

        setattr(module, name, stands_for(real, wait))

    for new, real in ((signal, real_signal), (getsignal, real_get)):
        new.__doc__, new.__module__, new.__qualname__ = real.__doc__, "signal", real.__name__
    module.signal, module.getsignal = signal, getsignal
    for name in ("alarm", "setitimer"):
        hook(name)
    for name in ("pause", "sigwait", "sigwaitinfo", "sigtimedwait"):
        hook_wait(name)
