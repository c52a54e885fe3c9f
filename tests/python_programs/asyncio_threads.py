import asyncio
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

lock, total = threading.Lock(), 0


def add(n):
    global total
    with lock:
        total += n
    return total > 0


async def later(n):
    await asyncio.sleep(0.001)
    return n


async def main():
    print(await asyncio.gather(*(asyncio.to_thread(add, n) for n in range(1, 5))), total)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as pool:
        print(await asyncio.gather(*(loop.run_in_executor(pool, add, n) for n in range(2))))
    asked = threading.Thread(target=lambda: print(asyncio.run_coroutine_threadsafe(later(7), loop).result()))
    asked.start()
    await asyncio.to_thread(asked.join)
    queue, seen = asyncio.Queue(), []

    async def consume():
        while (item := await queue.get()) is not None:
            seen.append(item)

    task = asyncio.create_task(consume())
    for n in (1, 2, None):
        loop.call_soon_threadsafe(queue.put_nowait, n)
    await task
    try:
        await asyncio.wait_for(later(1), 0)
    except asyncio.TimeoutError:
        print("too late", seen)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(6)", stdout=asyncio.subprocess.PIPE)
    print((await child.communicate())[0].decode().strip(), child.returncode)


asyncio.run(main())
