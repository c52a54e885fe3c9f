"""Stand-ins for handlers of signals: a release that one has kept from beginning is done before the program sees what it raises."""
import _signal

from . import wire

# What has to be done once it is called, by its code, and a variable that is bound once it has begun.
_sure = {}
# The code of what stands in for a handler.
_codes = set()


def sure(function, begun):
    """What calls this function has a right to find it done: the library's own lets no handler in before it."""
    _sure[function.__code__] = function, begun


def _finish(frame):
    """Does what a handler has kept from beginning, in this frame. From 3.11 on one may come in at the start of any function."""
    function, begun = frame and _sure.get(frame.f_code) or (None, None)
    if function and begun not in frame.f_locals:
        code = frame.f_code
        try:
            function(*[frame.f_locals[name] for name in code.co_varnames[:code.co_argcount]])
        except RuntimeError:
            pass  # it had not been acquired


def _of_program(frame):
    """The frame that a signal would have come in without the recorder, which calls others of the library for what it tells."""
    inner = frame
    for _ in range(5):
        if inner is None:
            break
        if inner.f_code.co_filename == wire.__file__:
            frame = inner
            break
        inner = inner.f_back
    while frame is not None and wire.is_own(frame):
        frame = frame.f_back
    return frame


def stand_in(handler, tell):
    """What is called in place of the program's handler, and tells of it first."""

    def handles(number, frame):
        try:
            tell(number)
            return handler(number, _of_program(frame))
        except BaseException:
            _finish(frame)
            raise

    wire.handler_code = handles.__code__
    return _standing_for(handler, handles)


def interrupts(number, frame):
    """What is called in place of Python's own handler of an interrupt."""
    try:
        return _signal.default_int_handler(number, frame)
    except BaseException:
        _finish(frame)
        raise


def _standing_for(handler, function):
    function.stands_for = handler
    _codes.add(function.__code__)
    return function


def original(handler):
    """What the program has given, of what stands in for it."""
    return handler.stands_for if type(handler) is type(original) and handler.__code__ in _codes else handler


_standing_for(_signal.default_int_handler, interrupts)


def begin():
    """Takes the place of Python's own handler, for a program that may never ask for another."""
    try:
        if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
            _signal.signal(_signal.SIGINT, interrupts)
    except (ValueError, OSError):
        pass  # not in the main thread
