#!/usr/bin/env python3
"""Reads Signalbox's HTTP+SSE wire frame by frame with Python's standard library alone.

    SIGNALBOX_KEY=sbx_... python3 sse_client.py http://127.0.0.1:7337/sse [EVENTS]

Connects, initializes, subscribes to the events of its first workspace and prints a JSON line
for each thing that happens. Ends after EVENTS workspace events (default: never).
"""

import http.client
import json
import os
import sys
from urllib.parse import urljoin, urlsplit


def connection_to(url):
    parts = urlsplit(url)
    # Longer than the hub's keep-alive (10 s): a silent stream is then a dead one.
    return http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=60)


def target_of(url):
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


class Frames:
    """Splits a byte stream into SSE frames: (event, data, id, comment)."""

    def __init__(self, response):
        self.response = response

    def __iter__(self):
        event, data, last_id, comments = "message", [], None, []
        while True:
            line = self.response.readline()
            if not line:
                return
            line = line.decode("utf-8").rstrip("\r\n")
            if line == "":
                if data or comments:
                    yield event, "\n".join(data), last_id, " ".join(comments)
                event, data, comments = "message", [], []
            elif line.startswith(":"):
                comments.append(line[1:].strip())
            else:
                field, _, value = line.partition(":")
                value = value[1:] if value.startswith(" ") else value
                if field == "event":
                    event = value
                elif field == "data":
                    data.append(value)
                elif field == "id":
                    last_id = value


class Agent:
    def __init__(self, url, key):
        self.url = url
        self.headers = {"Authorization": f"Bearer {key}"}
        self.post_url = None
        self.next_id = 0
        self.waiting_for = {}

    def open(self):
        connection = connection_to(self.url)
        connection.request(
            "GET", target_of(self.url), headers={**self.headers, "Accept": "text/event-stream"}
        )
        response = connection.getresponse()
        if response.status != 200:
            raise SystemExit(f"{response.status} {response.read().decode('utf-8')}")
        return Frames(response)

    def post(self, message):
        connection = connection_to(self.post_url)
        body = json.dumps({"jsonrpc": "2.0", **message}).encode("utf-8")
        headers = {**self.headers, "Content-Type": "application/json"}
        connection.request("POST", target_of(self.post_url), body, headers)
        response = connection.getresponse()
        text = response.read().decode("utf-8")
        connection.close()
        if response.status != 202:
            raise SystemExit(f"POST {message.get('method')}: {response.status} {text}")

    def request(self, method, params, then):
        self.next_id += 1
        self.waiting_for[self.next_id] = then
        self.post({"id": self.next_id, "method": method, "params": params})

    def notify(self, method):
        self.post({"method": method})


def say(what, **facts):
    print(json.dumps({"what": what, **facts}), flush=True)


def main():
    url = sys.argv[1]
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else None
    agent = Agent(url, os.environ["SIGNALBOX_KEY"])
    seen = 0

    def initialized(result):
        say("initialized", protocolVersion=result["protocolVersion"], server=result["serverInfo"]["name"])
        agent.notify("notifications/initialized")
        agent.request("tools/call", {"name": "workspace_list", "arguments": {}}, listed)

    def listed(result):
        workspace = result["structuredContent"]["workspaces"][0]
        say("workspace", id=workspace["workspace"], name=workspace["name"])
        uri = f"signalbox://workspaces/{workspace['workspace']}/events"
        agent.request("resources/subscribe", {"uri": uri}, lambda _: say("subscribed", uri=uri))

    for event, data, _, comment in agent.open():
        if comment:
            say("comment", text=comment)
        if event == "endpoint":
            agent.post_url = urljoin(url, data)
            say("endpoint", url=agent.post_url)
            agent.request(
                "initialize",
                {
                    "protocolVersion": "2025-11-25",
                    "capabilities": {},
                    "clientInfo": {"name": "python-sse-client", "version": "1.0.0"},
                },
                initialized,
            )
        elif event == "message" and data:
            message = json.loads(data)
            if "method" in message and "id" in message:
                # The hub only ever asks whether we are alive.
                agent.post({"id": message["id"], "result": {}})
            elif "method" in message:
                meta = message.get("params", {}).get("_meta", {})
                news = meta.get("dev.signalbox/event")
                if news:
                    say("event", seq=news["seq"], type=news["type"], path=news.get("path"))
                    seen += 1
                    if wanted is not None and seen >= wanted:
                        return
            elif "error" in message:
                raise SystemExit(f"error: {message['error']}")
            else:
                agent.waiting_for.pop(message["id"])(message["result"])


if __name__ == "__main__":
    main()
