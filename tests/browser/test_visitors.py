"""Who a running server answers, by the address and the names of real connections."""

import socket
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import connect

REFUSED = "own machine alone"
ANSWERED = "Train a network"


def first_seen(app, host, **headers):
    """Visit Home under a host name and with further headers; which of the two texts the server sends first."""
    server = urlsplit(app)
    visit = BackMsg()
    visit.rerun_script.query_string = ""
    with (
        socket.create_connection((server.hostname, server.port)) as link,
        connect(f"ws://{host}/_stcore/stream", sock=link, additional_headers=headers) as connection,
    ):
        connection.send(visit.SerializeToString())
        while True:
            message = connection.recv(60)
            for text in (REFUSED, ANSWERED):
                if text.encode() in message:
                    return text


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1"])
def test_a_visit_that_names_this_machine_is_answered(app, host):
    assert first_seen(app, host) == ANSWERED


def test_a_web_site_whose_name_leads_to_this_machine_is_refused(app):
    # DNS rebinding; Streamlit itself lets it in, since page and server have one name.
    assert first_seen(app, "lab.example", Origin="http://lab.example") == REFUSED


def test_a_visit_that_a_proxy_passes_on_is_refused(app):
    assert first_seen(app, "localhost:8501", **{"X-Forwarded-For": "8.8.8.8"}) == REFUSED
