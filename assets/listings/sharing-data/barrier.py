import time
from threading import Barrier, Thread  #@ ?!program=barrier-one-missing
from threading import Barrier, BrokenBarrierError, Thread  #@ ?program=barrier-one-missing

THREADS = 4  #@ =threads
ROUNDS = 3  #@ =rounds
WORK = 0.1  #@ =work
PATIENCE = 0.5  #@ ?program=barrier-one-missing =patience

meeting = Barrier(THREADS)


def walker(k):
    for r in range(ROUNDS):
        time.sleep(WORK * (k + 1))  #@ walker.work
        if k == 0 and r == 1:  #@ ?program=barrier-one-missing walker.leave
            return  #@ ?program=barrier-one-missing
        meeting.wait()  #@ ?!program=barrier-one-missing walker.wait
        try:  #@ ?program=barrier-one-missing
            meeting.wait(PATIENCE)  #@ ?program=barrier-one-missing walker.wait
        except BrokenBarrierError:  #@ ?program=barrier-one-missing
            print("BrokenBarrierError")  #@ ?program=barrier-one-missing walker.broken
            return  #@ ?program=barrier-one-missing


threads = [Thread(target=walker, args=(k,)) for k in range(THREADS)]
for thread in threads:
    thread.start()  #@ start
for thread in threads:
    thread.join()  #@ join
print("done")  #@ end
