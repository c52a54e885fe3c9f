import threading

threading.excepthook = lambda args: print("hook:", args.exc_type.__name__, args.exc_value, args.thread.name)


def fail():
    1 / 0


t = threading.Thread(target=fail, name="divider")
t.start()
t.join()
