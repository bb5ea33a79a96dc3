"""Serves all services that moto knows on a free port of the loopback, and prints the address.

One request after the other: moto judges the condition of an update and changes the item without holding anything in between, so that of
two requests at once both can win, which DynamoDB rules out.
"""

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

services = DomainDispatcherApplication(create_backend_app)
run_simple("127.0.0.1", 0, services, threaded=False, request_handler=MotoRequestHandler)
