# How processes are started: for the programs that measure CPython's, each of which follows this text.
import multiprocessing

context = None


def begin_methods(method):
    """What serves all processes is started first, so that no trial has it in its times.

    It removes the semaphores of the others when they are gone, so it must not be killed with their group."""
    if method == "fork":
        return
    import multiprocessing.forkserver
    import multiprocessing.resource_tracker
    import multiprocessing.util
    spawn = multiprocessing.util.spawnv_passfds

    def apart(path, args, fds):
        if "resource_tracker" not in str(args[-1]):
            return spawn(path, args, fds)
        tracker = spawn(path, [*args[:-1], "import os; os.setsid(); " + args[-1]], fds)
        # Nobody begins before it has left the group.
        for _ in range(10_000):
            if os.getpgid(tracker) != os.getpgrp():
                break
            time.sleep(0.001)
        return tracker

    multiprocessing.util.spawnv_passfds = apart
    multiprocessing.resource_tracker.ensure_running()
    if method == "forkserver":
        multiprocessing.forkserver.ensure_running()


def choose(method):
    """Sets how processes are started; answers how that is. Of `all` each trial says which it is by."""
    global context
    if method == "all":
        begin_methods("forkserver")
        return "fork, forkserver, spawn"
    context = multiprocessing.get_context(None if method == "default" else method)
    method = context.get_start_method()
    begin_methods(method)
    return method


def beside(method):
    """Sets how the processes of a trial are started, where all ways are begun."""
    global context
    context = multiprocessing.get_context(method)


