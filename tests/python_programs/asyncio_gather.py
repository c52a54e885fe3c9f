import asyncio


async def work(n):
    await asyncio.sleep(0.001 * n)
    return n


async def main():
    lock = asyncio.Lock()
    async with lock:
        print(await asyncio.gather(*(work(n) for n in range(3))))
    print(await asyncio.get_running_loop().run_in_executor(None, sum, (1, 2)))


asyncio.run(main())
