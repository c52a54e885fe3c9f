import threading
import time

ATTEMPTS = 4  #@ =attempts
FAILS = 5  #@ =fails
WORK = 0.1  #@ =work


def call(attempt):
    time.sleep(WORK)  #@ call.work
    if attempt <= FAILS:
        raise ConnectionError(f"attempt {attempt}")  #@ call.raise
    return 42


def client():
    pause = WORK
    for attempt in range(1, ATTEMPTS + 1):
        try:
            print("answer:", call(attempt))  #@ client.good
            return
        except ConnectionError as error:
            print("failed:", error)  #@ client.caught
        if attempt < ATTEMPTS:
            time.sleep(pause)  #@ client.pause
            pause *= 2
    print("gave up; yesterday's answer: 41")  #@ client.fallback


if __name__ == "__main__":
    thread = threading.Thread(target=client)
    thread.start()  #@ main.start
    thread.join()  #@ main.join
    print("all done")  #@ main.end
