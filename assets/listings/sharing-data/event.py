import time
from threading import Event, Thread

THREADS = 4  #@ =threads
WORK = 0.1  #@ =work
PAUSE = 0.4  #@ =pause

go = Event()


def runner(k):
    go.wait()  #@ runner.wait
    time.sleep(WORK * (k + 1))  #@ runner.work


threads = [Thread(target=runner, args=(k,)) for k in range(THREADS)]
for thread in threads:
    thread.start()  #@ start
time.sleep(PAUSE)  #@ pause
go.set()  #@ set
go.clear()  #@ ?program=event-cleared clear
late = Thread(target=runner, args=(THREADS,))
late.start()  #@ late
threads.append(late)
for thread in threads:
    thread.join()  #@ join
print("all have run")  #@ end
