# A thread fails; the program goes on and ends with status 0.
import threading


def fail():
    raise KeyError("gone")


t = threading.Thread(target=fail, name="failing")
t.start()
t.join()
print("after")
