"""Stand-ins for built-in functions: a function of Python's would be a method of each class that has it, and word its complaints
in another way."""
import sys

_BUILTIN = type(len)


class _Builtin:
    """Is called in place of a built-in function."""

    __class__ = property(lambda self: _BUILTIN)

    def __init__(self, real, does):
        self.__dict__.update(_real=real, _does=does, __name__=real.__name__, __qualname__=real.__qualname__, __module__=real.__module__,
                             __doc__=real.__doc__, __self__=real.__self__, __text_signature__=real.__text_signature__)

    def __call__(self, /, *args, **kwargs):
        return self._does(*args, **kwargs)

    def __repr__(self):
        return repr(self._real)

    def __reduce__(self):
        return self.__name__


def stands_for(real, does):
    """What is called in place of a function, and does more: it gets the arguments as they are given."""
    if type(real) is _BUILTIN:
        does = _Builtin(real, does)
        # Where one is looked for that was pickled.
        home = sys.modules.get(real.__module__)
        if home is not None and home.__dict__.get(real.__name__) is real:
            setattr(home, real.__name__, does)
        return does
    for told in ("__doc__", "__module__", "__name__", "__qualname__"):
        setattr(does, told, getattr(real, told))
    return does
