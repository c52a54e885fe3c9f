"""Records what threads and processes of a Python program do, for Concurrency Lab. See FORMAT.md beside this folder."""
import os


def start(folder, here):
    """Begins to record this process into `folder`."""
    from . import wire

    wire.folder, wire.home = folder, here
    library = os.path.dirname(os.__file__)
    wire._library = (library + os.sep, os.path.realpath(library) + os.sep, os.path.join(here, "_clab_recorder") + os.sep)
    try:
        wire.limit = max(1024, int(os.environ.get("CONCURRENCY_LAB_SLOTS") or wire.limit))
    except ValueError:
        pass
    from . import hooks

    hooks.begin_process()
    hooks.install()
