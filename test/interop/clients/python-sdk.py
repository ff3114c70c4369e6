"""The official Python SDK as a client of a hub: a command a line on stdin, its answer a line on stdout, both JSON."""

import asyncio
import json
import sys

from mcp.client.session import ClientSession
from mcp.client.sse import sse_client
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def say(message):
    print(json.dumps(message), flush=True)


async def heard(message):
    if hasattr(message, "model_dump"):
        say({"news": plain(message)})


async def answer(session, command):
    """What a command gives: the names of the tools, the result of a call, or nothing for a subscription."""
    match command["do"]:
        case "list":
            return [tool.name for tool in (await session.list_tools()).tools]
        case "call":
            return plain(await session.call_tool(command["tool"], command["args"]))
        case "subscribe":
            await session.subscribe_resource(command["uri"])
            return None
    raise ValueError(f"unknown command {command['do']}")


async def obey(session):
    """Commands one at a time, until stdin ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        command = json.loads(line)
        try:
            say({"id": command["id"], "result": await answer(session, command)})
        except Exception as error:
            say({"id": command["id"], "error": str(error)})


async def main():
    asked = json.loads(sys.stdin.readline())
    url, headers = asked["url"], asked["headers"]
    if asked["wire"] == "sse":
        async with sse_client(url, headers=headers) as (read, write):
            async with ClientSession(read, write, message_handler=heard) as session:
                await session.initialize()
                await obey(session)
    else:
        async with create_mcp_http_client(headers=headers) as http:
            async with streamable_http_client(url, http_client=http) as (read, write):
                async with ClientSession(read, write, message_handler=heard) as session:
                    await session.initialize()
                    await obey(session)


asyncio.run(main())
