"""A bare IPython kernel, driven as a notebook does: `pass` as often as each line on standard input says, until the reply and
the idle state have come. Prints the milliseconds of each as JSON, a line for a line."""

import json
import sys
import time

from jupyter_client.manager import start_new_kernel


def run(client):
    start = time.perf_counter()
    message = client.execute("pass")
    idle = replied = False
    while not (idle and replied):
        if not replied:
            reply = client.get_shell_msg(timeout=30)
            replied = reply["parent_header"].get("msg_id") == message
        event = client.get_iopub_msg(timeout=30)
        if event["parent_header"].get("msg_id") == message and event["msg_type"] == "status":
            idle = event["content"]["execution_state"] == "idle"
    return (time.perf_counter() - start) * 1000


def main():
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        run(client)
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps([run(client) for _ in range(int(line))]), flush=True)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


main()
