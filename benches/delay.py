#!/usr/bin/env python3
"""A server that is far away: every reply comes so many milliseconds late.

    benches/delay.py PORT SERVER-PORT MS

Listens on PORT of loopback and passes everything on to SERVER-PORT. What the server says is held back for MS milliseconds, each piece by
itself: several replies may be under way at once, as on a real line. What the client says is passed on at once.
"""

import asyncio
import sys

PIECE = 64 * 1024


async def pass_on(reader, writer):
    """Client to server, at once."""
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()
    writer.write_eof()


async def hold_back(reader, writer, seconds):
    """Server to client, each piece after its time."""
    clock = asyncio.get_running_loop().time
    under_way = asyncio.Queue()

    async def deliver():
        while True:
            due, piece = await under_way.get()
            await asyncio.sleep(max(0, due - clock()))
            if not piece:
                return
            writer.write(piece)
            await writer.drain()

    delivery = asyncio.create_task(deliver())
    while True:
        piece = await reader.read(PIECE)
        under_way.put_nowait((clock() + seconds, piece))
        if not piece:
            break
    await delivery


async def main(port, server_port, milliseconds):
    async def serve(client_reader, client_writer):
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", server_port)
        except OSError:  # a server that is not there yet: the client sees the end
            client_writer.close()
            return
        ways = (pass_on(client_reader, server_writer),
                hold_back(server_reader, client_writer, milliseconds / 1000))
        # Whoever hangs up ends both ways.
        await asyncio.gather(*ways, return_exceptions=True)
        for writer in (client_writer, server_writer):
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
