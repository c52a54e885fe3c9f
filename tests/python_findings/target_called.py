# finds: nothing-to-run
from threading import Thread


def work():
    print("working")


thread = Thread(target=work())
thread.start()
thread.join()
