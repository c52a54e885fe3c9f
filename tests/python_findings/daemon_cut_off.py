# finds: cut-off
import threading
import time


def save():
    time.sleep(5)
    print("saved")


threading.Thread(target=save, daemon=True, name="saver").start()
time.sleep(0.1)
