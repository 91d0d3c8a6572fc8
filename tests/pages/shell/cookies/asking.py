"""Requests to the server's middleware, asked without a server."""

import asyncio
from http.cookies import SimpleCookie


def ask(middleware, path="/", query="", scheme="http", method="GET", kind="http", accept="text/html,*/*", **headers):
    """The status, the headers and the cookies of the answer to one request."""
    sent = []

    async def app(scope, receive, send):  # noqa: ARG001 - as ASGI calls it
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    given = {"accept": accept, **headers}
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "scheme": scheme,
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
    }
    asyncio.run(middleware(app)(scope, receive, send))
    answered = [(name.decode().lower(), value.decode()) for name, value in sent[0]["headers"]]
    cookies = SimpleCookie()
    for name, value in answered:
        if name == "set-cookie":
            cookies.load(value)
    return sent[0]["status"], dict(answered), cookies
