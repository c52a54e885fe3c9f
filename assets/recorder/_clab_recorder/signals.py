"""Signals: handlers of the program, and alarms, which are sure to come."""
from _thread import get_ident, start_new_thread
from time import monotonic_ns as now

from . import wire
from .around import pause
from .calls import waits
from .wire import ALARM, SIGNAL_HANDLED, emit, site

_OWN = __file__[:-len("signals.py")]
# Those for which the program has a handler of its own.
_handled = set()
# What handlers raised while the recorder was at work, by the signal, until it is raised where the program is.
_late = {}
# Where the recorder was then: the frame, the instruction, and how often in a row. While it is held no other frame is taken for it.
_was_at = None, 0, 0
# As often at one place it waits on behalf of the program.
_WAITS = 3


def forked():
    """A forked child begins: it has its parent's handlers."""
    _late.clear()
    if _handled:
        wire.define("process", handles=True)


def _handles(number, handles):
    """Whoever waits in the main thread of a process with a handler may be let go on by a signal from outside."""
    try:
        before = bool(_handled)
        (_handled.add if handles else _handled.discard)(int(number))
        if bool(_handled) != before:
            wire.define("process", handles=bool(_handled))
    except Exception:
        pass


def _is_own(frame):
    return frame.f_code.co_filename.startswith(_OWN)


def _of_wire(frame):
    """The frame of the recorder's that another one works for, if it is near: what that calls of the library it calls for what it tells."""
    for _ in range(5):
        if frame is None or frame.f_code.co_filename == wire.__file__:
            return frame
        frame = frame.f_back
    return None


def _of_program(frame):
    """The frame that a signal would have come in without the recorder."""
    frame = _of_wire(frame) or frame
    while frame is not None and _is_own(frame):
        frame = frame.f_back
    return frame


def _is_at_work(frame):
    """Whether the recorder is between two steps of the program, where an exception would be lost, or with it what was just acquired."""
    global _was_at
    if frame is None or not _is_own(frame):
        return _of_wire(frame) is not None
    before, place, times = _was_at
    times = times + 1 if frame is before and frame.f_lasti == place else 1
    _was_at = frame, frame.f_lasti, times
    return times < _WAITS


def _forget_place():
    global _was_at
    _was_at = None, 0, 0


def signal_(module):
    """Takes part in the module `signal`."""
    real_signal, real_get = module.signal, module.getsignal
    deliver = getattr(module, "pthread_kill", None)
    wrapped = {}

    def original(handler):
        known = wrapped.get(id(handler))
        return known[1] if known is not None and known[0] is handler else handler

    def again(number, handler, thread):
        """Has the signal come once more, soon, unless the program has another handler by then."""
        for _ in range(2000):
            pause(0.0005)
            if number not in _late:
                return
            if real_get(number) is not handler:
                break
            deliver(thread, number)
        _late.pop(number, None)
        _forget_place()

    def signal(signalnum, handler):
        given = handler
        if callable(handler) and handler is not module.default_int_handler and not isinstance(handler, int):

            def watch(number, frame, handler=handler):
                error = _late.get(number)
                if error is None:
                    emit(SIGNAL_HANDLED, 0, site(), int(number))
                    try:
                        return handler(number, _of_program(frame))
                    except Exception as raised:
                        error = raised
                if deliver is not None and _is_at_work(frame):
                    if number not in _late:
                        _late[number] = error
                        start_new_thread(again, (number, watch, get_ident()))
                    return None
                _late.pop(number, None)
                _forget_place()
                raise error

            wrapped[id(watch)] = (watch, handler)
            given = watch
        before = real_signal(signalnum, given)
        _handles(signalnum, given is not handler)
        if signalnum == getattr(module, "SIGALRM", None) and module.SIG_IGN in (handler, before):
            tell_alarm(now(), site())
        return original(before)

    def getsignal(signalnum):
        return original(real_get(signalnum))

    def tell_alarm(at, place):
        try:
            after, every = module.getitimer(module.ITIMER_REAL)
            if real_get(module.SIGALRM) == module.SIG_IGN:
                # It comes, and nothing comes of it.
                after = every = 0
            emit(ALARM, 0, place, int(after * 1e9), int(every * 1e9), at=at)
        except Exception:
            pass

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

        set_alarm.__doc__, set_alarm.__module__, set_alarm.__name__, set_alarm.__qualname__ = real.__doc__, "signal", name, name
        setattr(module, name, set_alarm)

    def hook_wait(name):
        real = getattr(module, name, None)
        if real is None:
            return

        def wait(*args, **kwargs):
            return waits("a signal", site(), real, *args, **kwargs)

        wait.__doc__, wait.__module__, wait.__name__, wait.__qualname__ = real.__doc__, "signal", name, name
        setattr(module, name, wait)

    for new, real in ((signal, real_signal), (getsignal, real_get)):
        new.__doc__, new.__module__, new.__qualname__ = real.__doc__, "signal", real.__name__
    module.signal, module.getsignal = signal, getsignal
    for name in ("alarm", "setitimer"):
        hook(name)
    for name in ("pause", "sigwait", "sigwaitinfo", "sigtimedwait"):
        hook_wait(name)
